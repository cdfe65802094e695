"""An installation of its own to send to: set up once, started and killed as often as one likes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from notices.sealing import Fernet
from tests.load.senders import Filled, Target
from tests.load.serving import ROOT, Serve, free_port

SETTINGS = "tests.load.settings"
FIRST_START_SECONDS = 240
LATER_START_SECONDS = 60


class Installation:
    """A data folder, its databases and one notice that takes opinions.

    ``fill`` may write the portal's database beforehand, to the file that it is given; otherwise the start makes it.
    """

    def __init__(
        self,
        folder: Path,
        variables: Mapping[str, str] | None = None,
        *,
        fill: Callable[[Path], None] | None = None,
    ) -> None:
        self.data = folder / "portal"
        keys = self.data / "keys" / "master.keys"
        keys.parent.mkdir(parents=True)
        keys.write_bytes(Fernet.generate_key() + b"\n")
        if fill is not None:
            fill(self.data / "portal.sqlite3")
        self._variables = dict(variables or {})
        self._port = free_port()
        self.serve = self.start(FIRST_START_SECONDS)
        self.target = Target(self._port, self.run("tests.load.open_notice"))

    def start(self, seconds: float = LATER_START_SECONDS) -> Serve:
        """Start the portal and return when it answers."""
        self.serve = Serve(self.data, self._port, "--setup", settings=SETTINGS, variables=self._variables)
        self.serve.wait_until_up(seconds)
        return self.serve

    def verify(self, forms: Sequence[Filled]) -> dict[str, Any]:
        """Compare what the senders hold with what the databases say; see tests.load.verify."""
        answer = self.run("tests.load.verify", json.dumps([asdict(form) for form in forms]))
        return dict(json.loads(answer))

    def run(self, module: str, standard_input: str = "") -> str:
        """Run a module on this installation and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", module],
            cwd=ROOT,
            env=self.serve.environment,
            input=standard_input,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout.strip()
