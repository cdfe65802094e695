"""`make audit` against a stand-in for the advisories: it fails on a weak package, and says so when it could ask nobody."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from portal.deploy.audit import main
from tests.load.serving import free_port

ROOT = Path(__file__).resolve().parents[2]
WEAKNESS = {
    "id": "GHSA-aaaa-bbbb-cccc",
    "aliases": ["CVE-2099-0001"],
    "summary": "Invented.",
    "affected": [
        {
            "package": {"name": "django", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.1"}]}],
        }
    ],
}


def locked() -> dict[str, str]:
    """Return the packages locked for this Python, with their versions."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pins = [Requirement(line.rstrip(" \\")) for line in lines if line[:1].isalpha()]
    return {
        canonicalize_name(pin.name): str(pin.specifier).removeprefix("==")
        for pin in pins
        if pin.marker is None or pin.marker.evaluate()
    }


class Advisories(BaseHTTPRequestHandler):
    """Answers as OSV does; what is in `weak` has a weakness in every version."""

    weak: set[str] = set()
    asked: list[str] = []

    def do_POST(self) -> None:
        """Answer for one package."""
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = query["package"]["name"]
        self.asked.append(f"{name}=={query['version']}")
        body = json.dumps({"vulns": [WEAKNESS]} if name in self.weak else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def audit() -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """Run the audit while these packages have a weakness."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Advisories)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Advisories.asked = []

    def run(*weak: str, port: int = server.server_port) -> subprocess.CompletedProcess[str]:
        Advisories.weak = set(weak)
        url = f"http://127.0.0.1:{port}/v1/query"
        return subprocess.run(
            [sys.executable, "portal/deploy/audit.py", "--vulnerability-service", "osv", "--osv-url", url],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    yield run
    server.shutdown()
    server.server_close()


def test_a_locked_package_with_a_known_weakness_fails_it_and_is_named_with_its_mend(audit) -> None:
    done = audit("django")
    assert done.returncode == 1
    assert set(Advisories.asked) == {f"{name}=={version}" for name, version in locked().items()}
    named, summary = done.stdout.splitlines()
    assert named.startswith(f"django {locked()['django']} ")
    assert "CVE-2099-0001" in named
    assert named.endswith("修复：99.1")
    assert summary == f"查了 {len(locked())} 个软件包，1 处已知漏洞。"


def test_it_passes_while_nothing_is_known(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = [{"name": name, "version": version, "vulns": []} for name, version in locked().items()]
    monkeypatch.setattr("portal.deploy.audit.ask", lambda _arguments: known)
    assert main([]) == 0
    assert f"查了 {len(known)} 个软件包，0 处" in capsys.readouterr().out


def test_without_the_network_it_says_that_nothing_is_known_and_what_to_do(audit) -> None:
    done = audit(port=free_port())
    assert done.returncode == 2
    assert "没有查成" in done.stdout
    assert "请检查网络" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
