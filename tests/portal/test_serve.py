"""`manage.py serve`: an empty folder becomes a running portal, Ctrl-C ends all of it, a second start is quick."""

from __future__ import annotations

import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.load.serving import Serve, are_gone, free_port

SETTINGS = "tests.portal.settings_without_demo"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serve") / "data"


@pytest.fixture
def start(data: Path) -> Iterator[Callable[..., Serve]]:
    started: list[Serve] = []

    def starter(*arguments: str, port: int | None = None) -> Serve:
        started.append(Serve(data, port or free_port(), *arguments, settings=SETTINGS))
        return started[-1]

    yield starter
    for serve in started:
        # The children die with it.
        serve.process.kill()
        serve.process.wait()
        serve.log.close()


@pytest.mark.takes_long
def test_a_portal_grows_from_an_empty_folder_and_ctrl_c_ends_all_of_it(
    start: Callable[..., Serve], data: Path
) -> None:
    serve = start("--setup")
    serve.wait_until_up(240)
    assert f"http://127.0.0.1:{serve.port}/" in serve.printed()
    assert str(data) in serve.printed()
    # The web server with two processes, a worker for each of three queues, the clock.
    pids = serve.wait_for_descendants(7)
    serve.process.send_signal(signal.SIGINT)
    assert serve.process.wait(timeout=30) == 0
    assert are_gone(pids)
    assert "Traceback" not in serve.printed()
    assert "Warning" not in serve.printed()

    began = time.monotonic()
    again = start("--setup", port=serve.port)
    again.wait_until_up(60)
    # Ten seconds on two idle cores; here other tests run beside it.
    assert time.monotonic() - began < 30
    assert "首次" not in again.printed()

    rival = start("--setup")
    assert rival.process.wait(timeout=60) == 1
    assert "已有平台在运行" in rival.printed()

    pids = again.wait_for_descendants(7)
    again.process.kill()
    assert are_gone(pids)


def test_a_port_in_use_is_said_in_one_sentence_before_anything_is_set_up(
    start: Callable[..., Serve], data: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        serve = start("--setup", port=port)
        assert serve.process.wait(timeout=60) == 1
    printed = serve.printed()
    assert f"端口 {port} 已被其他程序占用" in printed
    assert f"Port {port} is in use" in printed
    assert "Traceback" not in printed


def test_without_setup_a_folder_that_was_never_set_up_is_refused(tmp_path: Path) -> None:
    serve = Serve(tmp_path / "empty", free_port(), settings=SETTINGS)
    try:
        assert serve.process.wait(timeout=60) == 1
        assert re.search("serve --setup", serve.printed())
    finally:
        serve.process.kill()
        serve.log.close()
