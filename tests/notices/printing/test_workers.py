"""Child processes that print: the same bytes as here, replaced after some documents, and a dead one stops nobody else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from notices.printing import (
    PrintedPath,
    PrintingFaultError,
    PrintOrder,
    compose,
    print_in_children,
    render_pdf,
    workers,
)
from tests.notices.printing.test_rendering import CREATED, NO_GLYPH, text_of

TEMPLATE = "archive/plain_document_pdf.html"


def context(text: str) -> dict[str, Any]:
    return {"title": "报告", "chapters": [("第一章", [text])]}


def orders(*texts: str) -> Iterator[tuple[str, PrintOrder]]:
    for text in texts:
        html = compose(TEMPLATE, context(text), title="报告")
        yield text, PrintOrder(html, "报告", CREATED, variant="pdf/a-3u")


def test_children_print_the_same_bytes_as_this_process_and_are_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "DOCUMENTS_OF_A_CHILD", 1)
    texts = ("渗滤液不外排。", f"有{NO_GLYPH}字")
    made = dict(print_in_children(orders(*texts), tmp_path, processes=1))
    for text in texts:
        file = made[text]
        assert isinstance(file, PrintedPath)
        here = render_pdf(
            TEMPLATE, context(text), title="报告", created=CREATED, variant="pdf/a-3u", missing_glyphs="spell"
        )
        assert file.path.read_bytes() == here
    assert "有〔U+10FFFD〕字" in text_of(here)


def test_what_cannot_be_printed_is_told_and_the_others_are_printed(tmp_path: Path) -> None:
    bad = PrintOrder('<p style="no-such-property: 1">文</p>', "坏", CREATED)
    made = dict(print_in_children([("bad", bad), *orders("好")], tmp_path, processes=1))
    assert isinstance(made["bad"], PrintingFaultError)
    assert "no-such-property" in str(made["bad"])
    assert isinstance(made["好"], PrintedPath)
    assert [path.name for path in tmp_path.iterdir()] == [made["好"].path.name]


def test_a_child_that_dies_or_hangs_is_told_as_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "LONGEST_SECONDS", 0.05)
    ((_key, made),) = print_in_children(orders("慢"), tmp_path, processes=1)
    assert isinstance(made, PrintingFaultError)


def test_no_child_is_left_when_the_caller_stops(tmp_path: Path) -> None:
    printing = print_in_children(orders("一", "二", "三"), tmp_path, processes=1)
    next(printing)
    printing.close()
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    commands = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children]
    assert not [command for command in commands if b"notices.printing.child" in command]
