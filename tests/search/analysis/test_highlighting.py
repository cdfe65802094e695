"""Hits are marked in the text as it was written."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import highlight, mark


def marked(text: str, query: str) -> list[str]:
    return [segment.text for segment in mark(text, query) if segment.marked]


def test_other_ways_of_writing_are_marked_as_they_stand() -> None:
    assert marked("尾 礦\n乾排与尾矿", "尾矿") == ["尾 礦", "尾矿"]
    assert marked("代码２２０２－１４１０２６－89", "2202-141026") == ["２２０２－１４１０２６"]


def test_only_the_typed_beginning_of_a_longer_group_is_marked() -> None:
    assert marked("代码2202-141026", "2202-14") == ["2202-14"]
    assert marked("罗汉沟村", "沟") == ["沟"]


def test_a_number_inside_a_number_is_not_marked() -> None:
    assert marked("占地15.48hm²", "5.48") == []


def test_overlapping_and_touching_hits_are_one_mark() -> None:
    assert marked("尾矿干排项目", "尾矿干 干排") == ["尾矿干排"]


def test_passages_with_more_of_the_query_come_first_chosen() -> None:
    text = "渗滤液。" + "无关" * 200 + "渗滤液收集池与防渗膜。" + "无关" * 200 + "防渗膜。"
    (best,) = highlight(text, "渗滤液 防渗膜", width=60, limit=1)
    assert [segment.text for segment in best.segments if segment.marked] == ["渗滤液", "防渗膜"]
    assert best.cut_before
    assert best.cut_after
    assert len("".join(segment.text for segment in best.segments)) <= 60


def test_a_text_without_hits_gives_no_passage() -> None:
    assert highlight("地下水", "渗滤液") == ()


def test_a_short_text_is_shown_whole() -> None:
    (passage,) = highlight("渗滤液收集池", "渗滤液")
    assert not passage.cut_before
    assert not passage.cut_after


def test_a_letter_inside_a_word_and_a_digit_behind_a_point_begin_nothing() -> None:
    assert marked("banana a 1.1 汉a a1", "a") == ["a", "a", "a"]
    assert marked("3.14 x.14 14", "14") == ["14", "14"]


def test_of_long_runs_of_han_every_character_is_found() -> None:
    text = "尾矿" * 40
    assert marked(text, "尾矿") == [text]
    assert marked(text + "库", "矿库") == ["矿库"]


@pytest.mark.parametrize(
    ("text", "query"),
    [("a" * 20_000, "a"), ("的" * 20_000, "的"), ("1a" * 10_000, "1 a"), ("的 a " * 5_000, "的 a")],
)
def test_the_work_grows_with_the_page_not_with_its_square(text: str, query: str) -> None:
    began = time.process_time()
    highlight(text, query, width=90, limit=1)
    mark(text, query)
    # A fifth of a second; a minute when each hit walked the page again.
    assert time.process_time() - began < 5


@given(st.text("尾矿礦 库\n5.-aＡ沟", max_size=60), st.text("尾矿 5.a沟", max_size=6))
def test_segments_put_together_are_the_text(text: str, query: str) -> None:
    assert "".join(segment.text for segment in mark(text, query)) == text
    for passage in highlight(text, query, width=9):
        assert "".join(segment.text for segment in passage.segments) in text
        assert any(segment.marked for segment in passage.segments)
