"""One normal form for index, query and highlights."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import normalise, normalise_with_map
from search.analysis.characters import HAN

# Characters that fold, join, vanish or change length, among ordinary ones.
TRICKY = "尾礦 矿\n\t沟Ａａß ﬁ㎡²ｶﾞeé\u0301\u200b\u00ad⻚⼭—－-５5.İ가\u1100\u1161\u11a8𬒔\ufe0f½Ω丽\ufb1f"


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("尾礦庫幹排", "尾矿库干排"),
        ("２２０２－１４１０２６", "2202-141026"),
        ("2202—141026−89", "2202-141026-89"),
        ("⻚⼭⻓⻔", "页山长门"),
        ("丽", "丽"),
        ("渗 滤\n液", "渗滤液"),
        ("渗　滤", "渗滤"),
        ("渗滤\r\n液", "渗滤液"),
        ("第一段\n\n第二段", "第一段\n\n第二段"),
        ("HDPE 防渗膜", "hdpe 防渗膜"),
        ("Rust 编程", "rust 编程"),
        ("5.48ｈｍ²", "5.48hm2"),
        ("渗\u200b滤\u00ad液", "渗滤液"),
        ("", ""),
    ],
)
def test_ways_of_writing_become_one(written: str, normal: str) -> None:
    assert normalise(written) == normal


def test_every_radical_of_both_blocks_becomes_the_character_it_stands_for() -> None:
    radicals = [chr(code) for code in (*range(0x2E80, 0x2EF4), *range(0x2F00, 0x2FD6)) if code != 0x2E9A]
    assert [radical for radical in radicals if not HAN.fullmatch(normalise(radical))] == ["⺀"]


@pytest.mark.parametrize("written", ["逕流", "臺階", "擡升", "谿溝", "滲瀝液"])
def test_no_traditional_character_of_a_report_stays(written: str) -> None:
    assert normalise(written) in {"径流", "台阶", "抬升", "溪沟", "渗沥液"}


@given(st.text(st.one_of(st.sampled_from(TRICKY), st.characters()), max_size=40))
def test_the_form_with_a_map_is_the_form_without(text: str) -> None:
    mapped = normalise_with_map(text)
    assert mapped.text == normalise(text)
    assert len(mapped.starts) == len(mapped.ends) == len(mapped.text)
    assert list(mapped.starts) == sorted(mapped.starts)
    assert all(start < end <= len(text) for start, end in zip(mapped.starts, mapped.ends, strict=True))


@given(st.text(st.one_of(st.sampled_from(TRICKY), st.characters()), max_size=40))
def test_the_normal_form_stays_as_it_is(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_the_map_leads_back_to_what_was_written() -> None:
    text = "占地５．４８ｈｍ²的尾 礦"
    normal = normalise_with_map(text)
    at = normal.text.index("尾矿")
    start, end = normal.original_span(at, at + 2)
    assert text[start:end] == "尾 礦"
