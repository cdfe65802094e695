"""Reading a sealed package to its end before anything is written: what it is, and whether it is whole and fits this portal."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from notices.archive.sealed import container
from notices.archive.sealed.contents import BY_LABEL
from notices.archive.sealed.facts import schema
from notices.ledger.models import Chain
from notices.models import NoticeIndexPage, NoticeRecord, ProponentPage
from notices.opinions.key_transfer import CarriedKey
from notices.sealing.age import KeyDoesNotFitError, NotSealedError, SealDamagedError

Member = tuple[str, IO[bytes], int]  # name, content, size in bytes


class RestoreRefusedError(Exception):
    """A package cannot be restored here; the text says why and what to do. Nothing of the notice was written."""


@dataclass(slots=True)
class Contents:
    """What a package holds; rows and files are read again when their turn comes. ``own`` are the keys of its rows by model."""

    path: Path
    identity: str
    facts: dict[str, Any] = field(default_factory=dict)
    references: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: list[CarriedKey] = field(default_factory=list)
    lookup: list[str] = field(default_factory=list)
    lacking: list[str] | None = None
    own: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    files: int = 0
    bytes: int = 0

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows as they were written."""
        for name, content, _size in _members(self.path, self.identity):
            if name == container.REFERENCES:
                return
            if name.startswith(container.ROWS):
                yield from map(json.loads, content.read().splitlines())

    def stored_files(self) -> Iterator[Member]:
        """Yield name in the content storage, content and size of the files, without those that were lacking already."""
        for name, content, size in _members(self.path, self.identity):
            stored = name.removeprefix(container.FILES)
            if stored != name and stored not in (self.lacking or ()):
                yield stored, content, size


def read_package(path: Path, identity: str) -> Contents:
    """Return what a package holds, read to its end. Raises RestoreRefusedError."""
    contents = Contents(path, identity)
    for name, content, size in _members(path, identity):
        if name == container.FACTS:
            contents.facts = json.load(content)
        elif contents.facts.get("format") != container.FORMAT:
            break
        elif name.startswith(container.ROWS):
            for row in map(json.loads, content.read().splitlines()):
                contents.own[row["model"]].add(row["pk"])
        elif name == container.REFERENCES:
            contents.references = json.load(content)
        elif name == container.KEYS:
            carried = json.load(content)
            contents.keys = [CarriedKey(**key) for key in carried["keys"]]
            contents.lookup = carried["lookup"]
        elif name.startswith(container.FILES):
            contents.files += 1
            contents.bytes += size
        elif name == container.END:
            contents.lacking = json.load(content)["lacking"]
    if contents.lacking is None:
        raise RestoreRefusedError(_("文件能打开，但不是本平台的密封存档包，或者没有写完。请换一个文件。"))
    return contents


def refuse_unfit(contents: Contents) -> None:
    """Raise RestoreRefusedError where a package does not fit into this portal as it stands."""
    facts = contents.facts
    code, later, proponent = facts["code"], facts["superseded_by"], facts["proponent"]
    if not NoticeIndexPage.objects.exists():
        raise RestoreRefusedError(_("平台还没有初始化。请先运行 manage.py bootstrap_portal。"))
    if NoticeRecord.objects.filter(code=code).exists() or Chain.objects.filter(key=facts["chain"]).exists():
        raise RestoreRefusedError(
            _("本平台已有公示码为 %(code)s 的公示或者台账，没有写入。只能恢复到没有这份公示的平台。")
            % {"code": code}
        )
    if set(contents.own) - set(BY_LABEL) or facts["schema"] != schema():
        raise RestoreRefusedError(
            _("存档包由另一版本的平台制作（%(day)s）。请先安装当时的版本，恢复以后再升级。")
            % {"day": facts["made_at"][:10]}
        )
    if later and not NoticeRecord.objects.filter(code=later).exists():
        raise RestoreRefusedError(_("这份公示已被公示 %(code)s 取代，请先恢复那一份。") % {"code": later})
    namesakes = ProponentPage.objects.filter(title=proponent["title"]).exclude(uscc="")
    if proponent["uscc"] and namesakes.exclude(uscc=proponent["uscc"]).exists():
        raise RestoreRefusedError(
            _("本平台的建设单位“%(name)s”统一社会信用代码和存档包里的不同，请先核对。")
            % {"name": proponent["title"]}
        )


def _members(path: Path, identity: str) -> Iterator[Member]:
    """Yield the members; what goes wrong is said in words."""
    try:
        yield from container.members(path, identity)
    except NotSealedError:
        raise RestoreRefusedError(_("%(file)s 不是密封存档包（age 格式）。") % {"file": path.name}) from None
    except KeyDoesNotFitError:
        raise RestoreRefusedError(
            _("这把密钥打不开 %(file)s：密钥不对，或者文件开头损坏。") % {"file": path.name}
        ) from None
    except (SealDamagedError, container.NotAPackageError):
        raise RestoreRefusedError(
            _("%(file)s 损坏或者不完整，没有写入。请换一份副本。") % {"file": path.name}
        ) from None
    except OSError as error:
        raise RestoreRefusedError(
            _("读不了 %(file)s：%(error)s。") % {"file": path.name, "error": error.strerror or error}
        ) from None
