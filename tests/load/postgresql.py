"""A private PostgreSQL server: a temporary folder, a Unix socket, no network, no system service."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from portal.deploy.system_packages import postgresql_server
from portal.processes import die_with_parent

USER = "portal"
START_SECONDS = 60
# PostgreSQL refuses to run as root.
UNPRIVILEGED: dict[str, Any] = (
    {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; its databases are named by whoever makes them."""

    socket: Path

    def url(self, database: str) -> str:
        """Return the address of a database as DATABASE_URL takes it."""
        return f"postgresql://{USER}@{quote(str(self.socket), safe='')}/{database}"

    def create(self, *databases: str) -> None:
        """Make empty databases."""
        with self._connect() as connection:
            for database in databases:
                connection.execute(f'CREATE DATABASE "{database}"')

    def copy(self, database: str, name: str) -> None:
        """Make a database that begins as a copy of another one."""
        with self._connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{database}"')

    def variables(self, main: str, keys: str) -> dict[str, str]:
        """Return the environment by which a portal uses two databases of this server."""
        return {"DATABASE_URL": self.url(main), "KEYS_DATABASE_URL": self.url(keys)}

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(host=str(self.socket), user=USER, dbname="postgres", autocommit=True)

    def wait_until_up(self) -> None:
        """Return when it takes connections."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._connect().close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return


@contextmanager
def running(*, durable: bool) -> Iterator[Server]:
    """Run a server for the time of the block; ``durable`` as an installation has it, else without waiting for the disk."""
    programs = postgresql_server()
    assert programs is not None, "PostgreSQL is missing: run python3 portal/deploy/setup.py --tests"
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    try:
        if UNPRIVILEGED:
            shutil.chown(folder, UNPRIVILEGED["user"], UNPRIVILEGED["group"])
        data = folder / "data"
        initdb: list[str | Path] = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "-N",
        ]
        subprocess.run(initdb, check=True, cwd=folder, stdout=subprocess.DEVNULL, **UNPRIVILEGED)
        fsync = "on" if durable else "off"
        with (
            tempfile.TemporaryFile() as log,
            subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", folder, "-h", "", "-c", f"fsync={fsync}"],
                cwd=folder,
                stdout=log,
                stderr=log,
                preexec_fn=partial(die_with_parent, os.getpid()),
                **UNPRIVILEGED,
            ) as process,
        ):
            server = Server(folder)
            try:
                server.wait_until_up()
                yield server
            finally:
                process.send_signal(3)  # SIGQUIT: at once, nothing is kept
    finally:
        shutil.rmtree(folder, ignore_errors=True)
