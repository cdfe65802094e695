"""Links in notices: whether they lead to a lawful platform, and whether two of them are the same page."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

URL = re.compile(r"(?:https?|ftp)://[^\s<>《》“”\"'，。；、（）]+", re.IGNORECASE)

# Art. 9 knows three kinds of platform: the proponent's own site, a public-media site and a government site of the place.
_UNFIT = (
    (
        "网盘",
        re.compile(
            r"网盘|(?:^|[/.@])(?:pan|yun|drive|yunpan|cloud)\.[a-z0-9-]+\.(?:com|cn|net)|alipan\.|aliyundrive\.|weiyun\."
            r"|lanzou|123pan|ctfile|wenshushu|cowtransfer|onedrive|jianguoyun|kdocs\.cn|docs\.qq\.com",
            re.IGNORECASE,
        ),
    ),
    (
        "论坛帖子",
        re.compile(
            r"(?:^|[/.])(?:bbs|forum|club|tieba)\.|/(?:bbs|forum)/|forum\.php|viewthread|/thread-|eiabbs|论坛",
            re.IGNORECASE,
        ),
    ),
    (
        "需要登录的网页",
        re.compile(
            r"//(?:passport|login|sso|oauth|auth)\.|/(?:login|signin|passport)(?:[/.?]|$)", re.IGNORECASE
        ),
    ),
)
# Parameters that say where the reader came from and not which page it is.
_NAVIGATION = frozenset({"extra", "page", "from", "fromuid", "highlight", "spm"})


def unfit_host(link: str) -> str | None:
    """Return what kind of unfit place a link leads to (网盘, 论坛帖子, 需要登录的网页); None when nothing speaks against it."""
    return next((name for name, pattern in _UNFIT if pattern.search(link)), None)


def urls_in(text: str) -> tuple[str, ...]:
    """Return the addresses in a text in order, each once."""
    return tuple(dict.fromkeys(URL.findall(text)))


def is_same_link(one: str, other: str) -> bool:
    """Return whether two texts hold an address of the same page, scheme and navigation parameters apart."""
    first, second = URL.search(one), URL.search(other)
    return first is not None and second is not None and _page(first[0]) == _page(second[0])


def has_mixed_schemes(links: tuple[str, ...]) -> bool:
    """Return whether one host appears both with http and with https."""
    schemes: dict[str, set[str]] = {}
    for link in links:
        parts = _split(link)
        schemes.setdefault(parts[1], set()).add(parts[0])
    return any(len(found) > 1 for found in schemes.values())


def _split(link: str) -> tuple[str, str, str, str]:
    try:
        parts = urlsplit(link)
    except ValueError:  # a damaged address such as "http://[broken"
        return "", "", link, ""
    return (
        parts.scheme.lower(),
        parts.netloc.lower().removeprefix("www."),
        parts.path.rstrip("/"),
        parts.query,
    )


def _page(link: str) -> tuple[str, str, frozenset[tuple[str, str]]]:
    _scheme, host, path, query = _split(link)
    parameters = ((key, value) for key, value in parse_qsl(query) if key not in _NAVIGATION)
    return host, path, frozenset(parameters)
