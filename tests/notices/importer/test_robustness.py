"""No input makes the importer fail, invent, or take long."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.importer.parser import ParsedNotice, parse_page
from notices.importer.report import page_report
from notices.statutory.workdays import Calendar
from tests.notices.importer.pages import ARTICLE, WHOLE
from tests.notices.importer.scoring import newspaper

TEXT_FIELDS = (
    "project_name",
    "project_code",
    "proponent",
    "consultant",
    "location",
    "nature",
    "contact_name",
    "contact_phone",
    "contact_email",
    "contact_address",
    "contact_fax",
    "construction_content",
    "consultant_contact_phone",
    "draft_report_url",
    "opinion_form_url",
    "paper_copy_place",
    "public_scope",
    "window_text",
    "signature_unit",
)
PIECES = [
    *WHOLE.splitlines(),
    "環(huán)境影響評(píng)價(jià)",
    "?!?br />",
    "<span>",
    "&nbsp;",
    "****",
    "(略)",
    "附件1：",
    "《",
    "“",
    "(",
    ")",
    "：",
    "\n",
    " ",
    "。",
    "99年99月99日至2023年2月30日",
    "0000-000000-00-00-000000",
    "http://[",
    "十个工作日",
    "建设单位：",
    "联系人：",
    "投资.万元",
    "http:/;",
]
junk = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))


def assert_nothing_invented(text: str, notice: ParsedNotice) -> None:
    for field in TEXT_FIELDS:
        value = getattr(notice, field)
        assert value is None or (value.strip() and value in text), field
    assert all(value in text for value in (*notice.paper_copy_places, *notice.villages))
    for field in ("window_start", "window_end", "publication_date", "signature_date", "filing_date"):
        value = getattr(notice, field)
        assert value is None or (date.fromisoformat(value) and value[:4] in text), field


@settings(max_examples=150, deadline=None)
@given(junk)
def test_any_text_gives_records_that_hold_only_its_own_words(text: str) -> None:
    notices = parse_page(text)
    assert notices
    for notice in notices:
        assert_nothing_invented(text, notice)
    page_report(text, "x.txt", on=date(2023, 5, 8), calendar=Calendar({}, "test"))


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=len(WHOLE)), st.sampled_from(PIECES))
def test_a_notice_cut_and_damaged_anywhere_is_read_without_failing(at: int, damage: str) -> None:
    for text in (WHOLE[:at], WHOLE[:at] + damage + WHOLE[at:]):
        for notice in parse_page(text):
            assert_nothing_invented(text, notice)


RUNS = [
    "公司",
    "建设单位",
    "(",
    "1、",
    "一、",
    "《",
    "2023年1月1日至",
    "*",
    " ",
    "\t",
    "\n",
    "联系人:\n",
    "http://a.cn/",
    "&nbsp;",
    "|",
    "位于",
    "自公示之日起",
    "<a ",
    ARTICLE,
    WHOLE,
]


def _seconds(text: str, *, best_of: int = 1) -> float:
    """Return the least CPU time of some readings: what other programs do to the caches only adds to it."""

    def once() -> float:
        started = time.process_time()
        parse_page(text)
        return time.process_time() - started

    return min(once() for _round in range(best_of))


@pytest.mark.parametrize("unit", RUNS, ids=lambda unit: repr(unit[:8]))
def test_the_time_grows_no_faster_than_the_text(unit: str) -> None:
    # The run stands inside a notice, as a page that is none is not read for its fields.
    short, long = (WHOLE[:-40] + unit * (size // len(unit)) for size in (10_000, 40_000))
    assert _seconds(long, best_of=3) < 8 * max(_seconds(short, best_of=3), 0.02)


def test_two_hundred_thousand_signs_take_seconds_at_most() -> None:
    assert _seconds(WHOLE + "公" * 200_000) < 5
    assert _seconds(WHOLE + "((" * 100_000) < 5


def test_a_newspaper_page_takes_less_than_its_limit() -> None:
    page = newspaper()
    parse_page(page)
    assert _seconds(page, best_of=5) < 0.05
