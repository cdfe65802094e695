"""The set-up script: what it makes, what it leaves alone, what it says when something may not be installed."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.deploy import setup, system_packages
from portal.deploy.setup import RUN, TESTS, Environment
from portal.deploy.system_packages import Group, Package

Capture = pytest.CaptureFixture[str]


def wheel(folder: Path, *, content: str = "") -> str:
    """Write a wheel of the package "paper" into a folder; return its SHA-256."""
    info = "paper-1.0.dist-info"
    files = {
        "paper.py": content,
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: paper\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for name, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{name},sha256={digest},{len(text)}\n"
    path = folder / "paper-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
        archive.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project folder whose environment is made; tests work on copies of it."""
    root = tmp_path_factory.mktemp("made")
    (root / RUN).write_text("")
    (root / TESTS).write_text("# test tools\n")
    Environment(root).ensure(RUN)
    return root


@pytest.fixture
def project(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project folder, and a pip that knows no index but the folder's `wheels`."""
    root = tmp_path / "project"
    shutil.copytree(made, root, symlinks=True)
    (root / "wheels").mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(root / "wheels"))
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    return root


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that set-up runs, as text, in order."""
    run = subprocess.run
    noted: list[str] = []

    def note(command: list[str], *args: object, **options: object) -> object:
        noted.append(" ".join(command))
        return run(command, *args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", note)
    return noted


def imports(root: Path, name: str) -> bool:
    python = root / ".venv" / "bin" / "python"
    return (
        subprocess.run([str(python), "-c", f"import {name}"], capture_output=True, check=False).returncode
        == 0
    )


def test_a_second_setup_installs_nothing_and_asks_no_network(
    project: Path, commands: list[str], capsys: Capture
) -> None:
    Environment(project).ensure(RUN)
    assert [command for command in commands if "pip install" in command or "-m venv" in command] == []
    assert capsys.readouterr().out == ""


def test_locked_packages_are_installed_when_the_requirements_change(project: Path) -> None:
    digest = wheel(project / "wheels")
    (project / RUN).write_text(f"paper==1.0 --hash=sha256:{digest}\n")
    Environment(project).ensure(RUN)
    assert imports(project, "paper")


def test_a_package_whose_hash_differs_is_refused_and_tried_again_next_time(
    project: Path, commands: list[str], capsys: Capture
) -> None:
    wheel(project / "wheels", content="print('tampered with')")
    (project / RUN).write_text(f"paper==1.0 --hash=sha256:{'0' * 64}\n")
    for _attempt in range(2):
        with pytest.raises(SystemExit) as stopped:
            Environment(project).ensure(RUN)
        assert stopped.value.code == 1
    assert not imports(project, "paper")
    assert "软件包安装失败" in capsys.readouterr().out
    assert sum("pip install" in command for command in commands) == 2


def test_the_test_tools_include_what_the_portal_needs(project: Path, commands: list[str]) -> None:
    Environment(project).ensure(TESTS)
    commands.clear()
    Environment(project).ensure(RUN)
    Environment(project).ensure(TESTS)
    assert not any("pip install" in command for command in commands)


def test_an_environment_whose_python_is_gone_is_made_anew(project: Path) -> None:
    python = project / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    Environment(project).ensure(RUN)
    assert imports(project, "pip")


def test_an_environment_left_by_a_killed_installation_is_made_anew(project: Path) -> None:
    half = project / ".venv" / "half-a-package"
    half.touch()
    (project / ".venv" / setup.UNFINISHED).touch()
    Environment(project).ensure(RUN)
    assert not half.exists()
    assert not (project / ".venv" / setup.UNFINISHED).exists()


def test_two_setups_at_once_do_not_disturb_each_other(project: Path) -> None:
    shutil.rmtree(project / ".venv")
    code = "import sys; from pathlib import Path; from portal.deploy.setup import Environment, RUN; "
    code += "Environment(Path(sys.argv[1])).ensure(RUN)"
    both = [
        subprocess.Popen([sys.executable, "-c", code, str(project)], cwd=setup.ROOT, stdout=subprocess.PIPE)
        for _number in range(2)
    ]
    printed = b"".join(process.communicate(timeout=120)[0] for process in both)
    assert [process.returncode for process in both] == [0, 0]
    assert printed.decode().count("正在创建虚拟环境") == 1


def test_a_python_that_is_too_old_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Capture
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit) as stopped:
        setup.require_python()
    assert stopped.value.code == 1
    assert "3.9.2" in capsys.readouterr().out


def test_a_newer_python_beside_an_old_one_takes_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    newer = program(tmp_path, "python3.12", "")
    handed_over: list[str] = []
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    monkeypatch.setattr(os, "execv", lambda path, arguments: handed_over.append(path))
    with pytest.raises(SystemExit):
        setup.require_python()
    assert handed_over[0] == str(newer)


def program(folder: Path, name: str, body: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of stand-in programs, the only one on the path beside the system's basic tools."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "env").symlink_to("/usr/bin/env")
    (folder / "touch").symlink_to(shutil.which("touch") or "/usr/bin/touch")
    monkeypatch.setenv("PATH", str(folder))
    return folder


def group_of(path: Path) -> Group:
    return Group(packages=(Package("libpaper1", path.exists),), without="没有纸。")


def as_user(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: number)


def test_root_installs_what_is_missing_without_questions(
    machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    as_user(monkeypatch, 0)
    log, library = tmp_path / "log", tmp_path / "library"
    program(machine, "apt-get", f'echo "$DEBIAN_FRONTEND $@" >> {log}; touch {library}')
    system_packages.ensure(group_of(library), say=setup.say)
    update, install = log.read_text().splitlines()
    assert update.startswith("noninteractive")
    assert update.endswith("update")
    assert install.endswith("install -y --no-install-recommends libpaper1")
    assert "没有纸" not in capsys.readouterr().out


def test_passwordless_sudo_is_used(machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_user(monkeypatch, 1000)
    library = tmp_path / "library"
    program(machine, "sudo", '[ "$1" = "-n" ] || exit 1; shift; [ "$1" = true ] && exit 0; exec "$@"')
    program(machine, "apt-get", f"touch {library}")
    system_packages.ensure(group_of(library), say=setup.say)
    assert library.exists()


def test_without_the_right_to_install_the_line_to_run_is_printed_and_setup_goes_on(
    machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    as_user(monkeypatch, 1000)
    program(machine, "sudo", "exit 1")
    program(machine, "apt-get", f"touch {tmp_path / 'called'}")
    system_packages.ensure(group_of(tmp_path / "library"), say=setup.say)
    printed = capsys.readouterr().out
    assert "\n  sudo apt-get install -y --no-install-recommends libpaper1\n" in printed
    assert "没有纸。" in printed
    assert not (tmp_path / "called").exists()


def test_a_failing_apt_get_is_quoted_and_setup_goes_on(
    machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    as_user(monkeypatch, 0)
    program(machine, "apt-get", "echo E: no network >&2; exit 100")
    system_packages.ensure(group_of(tmp_path / "library"), say=setup.say)
    printed = capsys.readouterr().out
    assert "E: no network" in printed
    assert "\n  apt-get install -y --no-install-recommends libpaper1\n" in printed


def test_on_another_distribution_the_needed_packages_are_named(
    machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    as_user(monkeypatch, 0)
    system_packages.ensure(group_of(tmp_path / "library"), say=setup.say)
    assert "libpaper1" in capsys.readouterr().out


def test_what_is_present_is_not_asked_for(machine: Path, tmp_path: Path, capsys: Capture) -> None:
    system_packages.ensure(group_of(tmp_path), say=setup.say)
    assert capsys.readouterr().out == ""


@pytest.fixture
def without_ensurepip(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], object]:
    def find(name: str) -> object:
        return None if name == "ensurepip" else object()

    monkeypatch.setattr(setup, "find_spec", find)
    return find


def test_without_the_venv_package_setup_stops_with_the_line_to_run(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, without_ensurepip: object
) -> None:
    as_user(monkeypatch, 1000)
    program(machine, "sudo", "exit 1")
    program(machine, "apt-get", "exit 0")
    with pytest.raises(SystemExit) as stopped:
        setup.ensure_venv_module()
    assert stopped.value.code == 1
    line = f"\n  sudo apt-get install -y --no-install-recommends {setup.venv_package()}\n"
    assert line in capsys.readouterr().out


def test_root_gets_the_venv_package_installed(
    machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without_ensurepip: object
) -> None:
    as_user(monkeypatch, 0)
    log = tmp_path / "log"
    program(machine, "apt-get", f'echo "$@" >> {log}')
    setup.ensure_venv_module()
    assert (
        log.read_text()
        .splitlines()[-1]
        .endswith(f"install -y --no-install-recommends {setup.venv_package()}")
    )
