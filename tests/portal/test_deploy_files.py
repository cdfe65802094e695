"""The files under portal/deploy: their settings start a portal, and they agree with each other."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.urls import URLResolver, get_resolver

from portal.downloads import INTERNAL

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "portal" / "deploy"


def example() -> dict[str, str]:
    """Return the settings of the example, those in comments included."""
    lines = re.findall(r"^#?([A-Z_]+)=(.*)$", (DEPLOY / "portal.env.example").read_text(), re.MULTILINE)
    return dict(lines)


def test_the_example_of_settings_starts_once_its_secret_is_filled_in(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    variables = {
        **example(),
        "PORTAL_DATA": str(tmp_path / "data"),
        "PORTAL_SECRET_KEY": "only-for-this-test",
        "MEDIA_URL": f"file://{tmp_path / 'files'}",
        "CACHE_URL": "",
    }
    show = "from portal.settings import production as p; print(p.DATABASES['keys']['NAME'], p.STORAGES['content'])"
    started = subprocess.run(
        [sys.executable, "-c", show],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.stderr == ""
    assert "portal_keys" in started.stdout
    assert str(tmp_path / "files" / "content") in started.stdout
    without = {**variables, "PORTAL_SECRET_KEY": ""}
    refused = subprocess.run(
        [sys.executable, "-c", show], cwd=ROOT, env={**os.environ, **without}, capture_output=True, text=True
    )
    assert "PORTAL_SECRET_KEY must be set" in refused.stderr


def test_every_setting_of_the_example_is_read_somewhere() -> None:
    read = "".join(path.read_text() for path in (ROOT / "portal" / "settings").glob("*.py"))
    names = set(example()) - {"DJANGO_SETTINGS_MODULE", "PYTHONUTF8"}
    assert {name for name in names if f'"{name}"' not in read} == set()


def test_unit_proxy_and_container_name_what_exists_and_the_same_port() -> None:
    unit = (DEPLOY / "eia-portal.service").read_text()
    assert "manage.py serve --setup" in unit
    assert f"/var/lib/{re.findall('StateDirectory=(.*)', unit)[0]}" == example()["PORTAL_DATA"]
    assert "server 127.0.0.1:8000;" in (DEPLOY / "nginx.conf").read_text()
    container = (DEPLOY / "Containerfile").read_text()
    assert "PORT=8000" in container
    for source in re.findall(r"^COPY (\S+)", container, re.MULTILINE):
        assert (ROOT / source).exists(), source


def test_the_nightly_backup_keeps_keys_apart_and_for_days_only() -> None:
    unit = (DEPLOY / "eia-portal-backup.service").read_text()
    data, keys = re.findall(r"(/\S+)/(?:portal|keys)-\$\$day\.backup", unit)
    assert not keys.startswith(f"{data}/")
    days = dict(re.findall(r'find (\S+) -name "\S+" -mtime \+(\d+)', unit))
    assert int(days[data]) >= 14
    # Whether the backup succeeded or not.
    (where, minutes) = re.findall(
        r'^ExecStopPost=\S+find (\S+) -name "keys-\S+" -mmin \+(\d+)', unit, re.MULTILINE
    )[0]
    assert where == keys
    assert int(minutes) <= 3 * 24 * 60
    portal = (DEPLOY / "eia-portal.service").read_text()
    for name in ("User", "WorkingDirectory", "EnvironmentFile"):
        assert re.findall(f"^{name}=.*", unit, re.MULTILINE) == re.findall(
            f"^{name}=.*", portal, re.MULTILINE
        )


def test_the_proxy_takes_as_much_as_the_portal_does_and_parks_nothing_on_the_disk() -> None:
    proxy = (DEPLOY / "nginx.conf").read_text()
    opinions = re.findall(r"location ~ \^/\(n\|p\)/ \{(.*?)\}", proxy, re.DOTALL)[0]
    limits = [int(size) for size in re.findall(r"client_(?:max_body|body_buffer)_size (\d+)m", opinions)]
    assert len(limits) == 2
    assert min(limits) >= 5 * 20
    assert limits[0] == limits[1]
    assert "proxy_max_temp_file_size 0;" in proxy
    assert "$request_uri" not in re.findall(r"log_format(.*?);", proxy, re.DOTALL)[0]


def secret_addresses() -> list[str]:
    """Return an example of each address that opens something to whoever knows it."""

    def routes(patterns: list[Any], before: str = "") -> Iterator[str]:
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from routes(pattern.url_patterns, route)
            elif "token" in pattern.pattern.converters:
                yield "/" + re.sub("<[^>]+>", "MTIz", route)

    return list(routes(get_resolver().url_patterns))


def test_the_proxy_writes_no_key_of_an_address_into_its_log() -> None:
    proxy = (DEPLOY / "nginx.conf").read_text()
    ((masked, shown),) = re.findall(r"^    ~(\S+) (\S+);$", proxy, re.MULTILINE)
    addresses = secret_addresses()
    assert len(addresses) >= 4
    for address in addresses:
        found = re.match(masked.replace("(?<", "(?P<"), address)
        assert found, address
        assert "MTIz" not in shown.replace("$door", found["door"])
    assert not re.match(masked.replace("(?<", "(?P<"), "/n/123456/opinion/")


def test_the_backup_is_locked_in_like_the_portal_itself() -> None:
    def locks(name: str) -> set[str]:
        text = (DEPLOY / name).read_text()
        return set(
            re.findall(
                r"^(?:Protect|Private|Restrict|SystemCall|Lock|Cap|NoNew|UMask|Cache).*", text, re.MULTILINE
            )
        )

    portal = locks("eia-portal.service")
    assert locks("eia-portal-backup.service") == portal
    assert {"ProtectSystem=strict", "CapabilityBoundingSet=", "SystemCallFilter=@system-service"} <= portal


def test_the_proxy_sends_stored_files_only_for_us_and_with_our_headers() -> None:
    proxy = (DEPLOY / "nginx.conf").read_text()
    (location,) = re.findall(rf"location {INTERNAL} \{{(.*?)\}}", proxy, re.DOTALL)
    assert "internal;" in location
    # nginx keeps type, name and caching of what we answered, and drops everything else.
    for name in (
        "Content-Security-Policy",
        "X-Content-Type-Options",
        "X-Robots-Tag",
        "Strict-Transport-Security",
    ):
        variable = f"$upstream_http_{name.lower().replace('-', '_')}"
        assert f"add_header {name} {variable};" in location
    data = example()["PORTAL_DATA"]
    assert re.findall(r"alias (\S+);", location) == [f"{data}/content/"]


def test_what_the_proxy_says_itself_is_said_to_residents_in_words() -> None:
    proxy = (DEPLOY / "nginx.conf").read_text()
    for code, name in re.findall(r"error_page ([\d ]+) @(\w+);", proxy):
        (location,) = re.findall(rf"location @{name} \{{(.*?)\n    \}}", proxy, re.DOTALL)
        assert "charset=utf-8" in location, code
        assert re.search(r'return \d+ "[^"]*再[^"]*"', location), code
    assert {"413", "502", "504"} <= set(" ".join(re.findall(r"error_page ([\d ]+) @", proxy)).split())


def test_the_example_says_how_the_master_keys_are_made(tmp_path: Path) -> None:
    text = (DEPLOY / "portal.env.example").read_text()
    (command,) = re.findall(r'python -c "(from cryptography.*)" >', text)
    made = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert len(made.stdout.strip()) == 44
    assert re.search(rf"> {re.escape(example()['PORTAL_MASTER_KEYS_FILE'])}$", text, re.MULTILINE)
