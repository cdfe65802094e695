"""Time stamps by RFC 3161, from a service of our own that openssl plays."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from notices.ledger.models import DailyRoot
from notices.ledger.services import record_daily_root
from notices.ledger.timestamps import stamp_roots, token_holds
from notices.ledger.verification import read_witness
from portal.checks import check_time_stamping

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 0, 10, tzinfo=ZoneInfo("Asia/Shanghai"))

CONFIGURATION = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = Invented Time Stamping
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[tsa_ext]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = tsa1
[tsa1]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
"""


def openssl(folder: Path, *args: str) -> None:
    subprocess.run(["openssl", *args], cwd=folder, check=True, capture_output=True)


def new_key(folder: Path, name: str, *, issuer: str = "") -> None:
    extensions = "tsa_ext" if issuer else "ca"
    signer = ["-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key"] if issuer else []
    openssl(
        folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem",
        "-days", "2", "-subj", f"/CN=Invented {name}", "-config", "tsa.cnf", "-extensions", extensions, *signer,
    )  # fmt: skip


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a time-stamping authority, and beside it the root of a stranger."""
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder))
    (folder / "serial").write_text("01\n")
    new_key(folder, "ca")
    new_key(folder, "tsa", issuer="ca")
    new_key(folder, "stranger")
    return folder


@pytest.fixture
def service(authority: Path, settings: Any, tmp_path: Path) -> Iterator[dict[str, bool]]:
    """Serve time stamps on this machine; ``down`` in what is returned makes it refuse."""
    state = {"down": False}

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            (authority / "query.tsq").write_bytes(query)
            if state["down"]:
                self.send_error(503)
                return
            openssl(
                authority,
                "ts",
                "-reply",
                "-config",
                "tsa.cnf",
                "-queryfile",
                "query.tsq",
                "-out",
                "reply.tsr",
            )
            self.send_response(200)
            self.end_headers()
            self.wfile.write((authority / "reply.tsr").read_bytes())

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answering)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.TIMESTAMP_URL = f"http://127.0.0.1:{server.server_port}/"
    settings.TIMESTAMP_CA_FILE = str(authority / "ca.pem")
    settings.LEDGER_ROOTS_DIR = tmp_path / "roots"
    yield state
    server.shutdown()
    server.server_close()


def test_a_root_is_stamped_verified_and_kept_beside_the_roots(service, settings, authority) -> None:
    root = record_daily_root(day=date(2026, 3, 3))
    assert stamp_roots(now=NOW) == 1
    root.refresh_from_db()
    kept = settings.LEDGER_ROOTS_DIR / "2026-03-03.tsr"
    assert kept.read_bytes() == bytes(root.token or b"")
    assert root.stamped_at is not None
    assert stamp_roots(now=NOW) == 0
    # As the page tells people to check it.
    (authority / "root.txt").write_text(root.root)
    openssl(authority, "ts", "-verify", "-data", "root.txt", "-in", str(kept), "-CAfile", "ca.pem")
    assert {fault.kind for fault in read_witness([]).faults} == set()


def test_a_service_that_is_down_is_asked_again_and_the_reason_is_kept(service) -> None:
    record_daily_root(day=date(2026, 3, 3))
    service["down"] = True
    assert stamp_roots(now=NOW) == 0
    assert "503" in DailyRoot.objects.get().stamp_error
    service["down"] = False
    assert stamp_roots(now=NOW) == 1
    assert DailyRoot.objects.get().stamp_error == ""


def test_a_stamp_of_a_stranger_or_over_another_root_does_not_count(service, settings, authority) -> None:
    record_daily_root(day=date(2026, 3, 3))
    settings.TIMESTAMP_CA_FILE = str(authority / "stranger.pem")
    assert stamp_roots(now=NOW) == 0
    assert DailyRoot.objects.get().token is None
    settings.TIMESTAMP_CA_FILE = str(authority / "ca.pem")
    assert stamp_roots(now=NOW) == 1
    root = DailyRoot.objects.get()
    assert token_holds(bytes(root.token or b""), root.root)
    assert not token_holds(bytes(root.token or b""), "0" * 64)
    DailyRoot.objects.update(token=b"nothing")
    assert {fault.kind for fault in read_witness([]).faults} == {"stamp"}


def test_without_a_service_nothing_is_asked_and_one_without_its_root_certificate_is_a_system_check(
    settings,
) -> None:
    record_daily_root(day=date(2026, 3, 3))
    assert stamp_roots(now=NOW) == 0
    assert check_time_stamping() == []
    settings.TIMESTAMP_URL = "https://tsa.example.com/"
    assert [message.id for message in check_time_stamping()] == ["portal.E002"]
    settings.TIMESTAMP_URL = "file:///etc/hostname"
    assert [message.id for message in check_time_stamping()] == ["portal.E002"]
