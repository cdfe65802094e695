"""Debian packages the portal wants beside Python: what is there, what may be installed, what to say otherwise.

Presence is judged by what a package brings (a library that loads, a font file, a program), which is quick, works
on every distribution and asks no package manager. Standard library only, see setup.py.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Not at run time: a Python too old for this subscript must still get as far as being told so.
    from collections.abc import Callable

    Say = Callable[..., None]


@dataclass(frozen=True)
class Package:
    """A Debian package and the test that says whether what it brings is here already."""

    name: str
    is_present: Callable[[], bool]


@dataclass(frozen=True)
class Group:
    """Packages that serve one purpose, with what is said while one of them is missing."""

    packages: tuple[Package, ...]
    without: str

    def missing(self) -> list[str]:
        """Return the names of the packages that are not here."""
        return [package.name for package in self.packages if not package.is_present()]


def library(name: str) -> Callable[[], bool]:
    """Return a test for a shared library, by loading it."""

    def is_present() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return is_present


def program(name: str) -> Callable[[], bool]:
    """Return a test for a program on the path."""
    return lambda: shutil.which(name) is not None


def postgresql_server() -> Path | None:
    """Return the folder of the newest PostgreSQL server's programs, which Debian keeps off the path."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    return max(found, key=lambda folder: folder.parent.name.zfill(3), default=None)


def font(pattern: str) -> Callable[[], bool]:
    """Return a test for a font file in the folders that fontconfig reads by default."""

    def is_present() -> bool:
        home = Path.home()
        folders = (
            Path("/usr/share/fonts"),
            Path("/usr/local/share/fonts"),
            home / ".local" / "share" / "fonts",
            home / ".fonts",
        )
        return any(next(folder.rglob(pattern), None) is not None for folder in folders)

    return is_present


FOR_PDF = Group(
    packages=(
        Package("libpango-1.0-0", library("libpango-1.0.so.0")),
        Package("libpangoft2-1.0-0", library("libpangoft2-1.0.so.0")),
        Package("libharfbuzz-subset0", library("libharfbuzz-subset.so.0")),
        Package("fonts-noto-cjk", font("Noto*CJK*")),
    ),
    without=(
        "生成 PDF 所需的系统库或字体不全：平台照常启动，但在装好之前不能生成 PDF。\n"
        "PDF libraries or fonts are missing: the portal starts, PDFs are not available until they are installed."
    ),
)
FOR_TESTS = Group(
    packages=(
        Package("chromium", program("chromium")),
        Package("gettext", program("msgfmt")),
        # Three readers of PDF have to agree on a page; the third comes with the portal.
        Package("mupdf-tools", program("mutool")),
        Package("poppler-utils", program("pdftoppm")),
        Package("postgresql", lambda: postgresql_server() is not None),
    ),
    without=(
        "测试所需的系统程序不全：缺少浏览器、gettext、PDF 工具或 PostgreSQL 的测试会失败。\n"
        "Programs for the tests are missing: tests that need the browser, gettext, PDF tools or PostgreSQL will fail."
    ),
)


def ensure(group: Group, *, say: Say) -> None:
    """Install what is missing of a group when that is allowed; otherwise say what to run, and go on."""
    missing = group.missing()
    if not missing:
        return
    if install(missing, say=say):
        missing = group.missing()
    if not missing:
        return
    if shutil.which("apt-get"):
        say("", group.without, "", f"  {command_line(missing)}", "")
    else:
        names = " ".join(missing)
        say(
            "",
            group.without,
            f"请用本机的包管理器安装（Debian 包名）/ Debian names of what is needed: {names}",
            "",
        )


def command_line(packages: list[str]) -> str:
    """Return the line a person with the right to do so runs."""
    line = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if os.geteuid() == 0:
        return line
    return f"sudo {line}" if shutil.which("sudo") else f"su -c '{line}'"


def install(packages: list[str], *, say: Say) -> bool:
    """Install Debian packages as root or through passwordless sudo; return whether apt-get succeeded."""
    prefix = _root_prefix()
    if prefix is None or not shutil.which("apt-get"):
        return False
    say(f"正在安装系统软件包 {' '.join(packages)}，可能需要几分钟 …")
    apt = [
        *prefix,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-q",
        "-o",
        "Acquire::http::Timeout=20",
    ]
    # An old package list still serves, so a failed update alone decides nothing.
    _run([*apt, "update"])
    done = _run([*apt, "install", "-y", "--no-install-recommends", *packages])
    if done.returncode != 0:
        say((done.stdout + done.stderr)[-2000:])
    return done.returncode == 0


def _root_prefix() -> list[str] | None:
    """Return what to put before a command to run it as root, or None where that is not allowed."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _run(["sudo", "-n", "true"]).returncode == 0:
        return ["sudo", "-n"]
    return None


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
