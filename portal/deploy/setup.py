"""Set-up of the portal on this machine: virtual environment, locked packages, system packages.

Runs before anything is installed, hence the standard library only. Steps: (1) a Python that is new enough,
(2) `.venv` with the locked requirements, (3) the system packages. What is in order already is left alone without
asking the network, so that a second run takes a fraction of a second.

    python3 portal/deploy/setup.py           what `make run` needs
    python3 portal/deploy/setup.py --tests   what `make test` and `make check` need
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

if __package__:
    from portal.deploy import system_packages
else:
    # Started as a file by `make`: this folder is the first entry of sys.path.
    import system_packages  # type: ignore[import-not-found, no-redef]

ROOT = Path(__file__).resolve().parent.parent.parent
OLDEST = (3, 11)
RUN = "requirements.txt"
# A superset of requirements.txt, locked together with it.
TESTS = "requirements-dev.txt"
STAMP = "portal-setup.json"
UNFINISHED = "portal-setup-unfinished"
PROBE = """
import importlib.util, sys
if sys.version_info < (3, 11) or importlib.util.find_spec("pip") is None:
    sys.exit(1)
print("%d.%d" % sys.version_info[:2])
"""


def say(*lines: str) -> None:
    """Print lines at once, also into a pipe or a log file."""
    print("\n".join(lines), flush=True)  # noqa: T201


def stop(*lines: str) -> NoReturn:
    """Print what to do and end with exit code 1."""
    say(*lines)
    raise SystemExit(1)


def require_python() -> None:
    """Hand over to a newer Python on this machine when the one that runs this file is too old."""
    if sys.version_info >= OLDEST:
        return
    for minor in (13, 12, 11):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])  # noqa: S606
    found = ".".join(map(str, sys.version_info[:3]))
    stop(
        f"需要 Python 3.11 或更高版本，当前是 {found}。安装后重试：",
        f"Python 3.11 or newer is needed, this is {found}. Install it, then try again:",
        "",
        "  sudo apt-get install python3.11 python3.11-venv",
    )


class Environment:
    """The virtual environment of one checkout, and the stamp that says what was installed into it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.stamp = self.folder / STAMP
        self.unfinished = self.folder / UNFINISHED

    def ensure(self, wanted: str) -> None:
        """Bring the environment to the locked versions of `wanted` (RUN or TESTS).

        One set-up at a time: two makes started together would otherwise install into each other's half-made folder.
        """
        with _Lock(self.root):
            version = self._version()
            if version is None or self.unfinished.exists():
                self._create()
                version = self._version()
                if version is None:
                    stop("虚拟环境 .venv 无法使用。", "The virtual environment .venv does not work.")
            elif self._is_installed(wanted, version):
                return
            self._install(wanted, version)

    def _version(self) -> str | None:
        """Return "3.11" and so on, or None if there is no environment with pip and a Python that is new enough."""
        if not self.python.exists():
            return None
        probe = subprocess.run([str(self.python), "-c", PROBE], capture_output=True, text=True, check=False)
        return probe.stdout.strip() if probe.returncode == 0 else None

    def _is_installed(self, wanted: str, version: str) -> bool:
        try:
            stamp = json.loads(self.stamp.read_text())
            installed = stamp["requirements"].get(wanted)
        except (OSError, ValueError, KeyError, AttributeError):
            return False
        return bool(stamp.get("python") == version and installed == self._digest(wanted))

    def _digest(self, name: str) -> str:
        return hashlib.sha256((self.root / name).read_bytes()).hexdigest()

    def _create(self) -> None:
        ensure_venv_module()
        say("正在创建虚拟环境 .venv …")
        if self.folder.is_symlink() or self.folder.is_file():
            self.folder.unlink()
        elif self.folder.exists():
            shutil.rmtree(self.folder)
        made = subprocess.run(
            [sys.executable, "-m", "venv", str(self.folder)], capture_output=True, text=True, check=False
        )
        if made.returncode != 0:
            stop(
                made.stdout + made.stderr, "虚拟环境创建失败。", "The virtual environment could not be made."
            )

    def _install(self, wanted: str, version: str) -> None:
        say(f"正在安装 Python 软件包（{wanted}），首次约需几分钟 …")
        command = [str(self.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        # The mark outlives only a killed installation: such a folder may hold half a package and is made anew.
        self.unfinished.touch()
        done = subprocess.run([*command, "--require-hashes", "-r", wanted], cwd=self.root, check=False)
        self.unfinished.unlink()
        if done.returncode != 0:
            stop(
                "",
                "Python 软件包安装失败，请检查网络或 pip 的软件源设置后重试。",
                "Installing the Python packages failed: check the network or pip's index settings, then try again.",
            )
        names = [RUN, TESTS] if wanted == TESTS else [RUN]
        stamp = {"python": version, "requirements": {name: self._digest(name) for name in names}}
        self.stamp.write_text(json.dumps(stamp, indent=1) + "\n")


class _Lock:
    """An advisory lock on the project folder itself, which needs no file of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        self._descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("另一个安装正在进行，等待其结束 …")
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def __exit__(self, *details: object) -> None:
        os.close(self._descriptor)


def venv_package() -> str:
    """Return Debian's name of the package that holds ensurepip for the running Python."""
    version = f"python3.{sys.version_info.minor}"
    default = Path("/usr/bin/python3").resolve().name == version
    return "python3-venv" if default else f"{version}-venv"


def ensure_venv_module() -> None:
    """Install Debian's venv package where it is split off; stop with the line to run where that is not allowed."""
    if find_spec("ensurepip") is not None and find_spec("venv") is not None:
        return
    package = venv_package()
    if system_packages.install([package], say=say):
        return
    stop(
        "Python 缺少 venv 模块，无法继续。请先运行下面这行，然后重试：",
        "Python's venv module is missing. Run this line, then try again:",
        "",
        f"  {system_packages.command_line([package])}",
    )


def main(arguments: list[str]) -> int:
    """Set everything up; return the exit code."""
    for_tests = arguments == ["--tests"]
    if arguments and not for_tests:
        stop(f"usage: setup.py [--tests]; got {' '.join(arguments)}")
    require_python()
    Environment(ROOT).ensure(TESTS if for_tests else RUN)
    system_packages.ensure(system_packages.FOR_PDF, say=say)
    if for_tests:
        system_packages.ensure(system_packages.FOR_TESTS, say=say)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
