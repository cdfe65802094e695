"""Groups of near-identical texts: nobody dropped, short texts only when equal, no chains, time that grows with the texts."""

from __future__ import annotations

import random
import time

import pytest

from notices.opinions.near import differing_parts, group_texts, normalised
from notices.opinions.worklist import groups_of, limited
from tests.factories import make_notice
from tests.notices.opinions.helpers import PUBLISHED, send
from tests.people import make_people

SHEET = "我是{village}的村民，反对在清水沟上游建选矿厂，担心井水和庄稼受影响，请重新选址并公开监测数据。"


def positions(groups: list[list[list[int]]]) -> list[int]:
    return [position for group in groups for variant in group for position in variant]


def sets(texts: list[str]) -> list[set[int]]:
    return [{position for variant in group for position in variant} for group in group_texts(texts)]


def test_the_same_sheet_signed_in_several_villages_is_one_group() -> None:
    texts = [SHEET.format(village=village) for village in ("南滩村", "东河村", "南滩村", "上庄村")]
    assert sets([*texts, "请加密监测井，并把监测结果每季度张贴在村口。"]) == [{0, 1, 2, 3}, {4}]


def test_width_spaces_and_punctuation_make_no_difference() -> None:
    assert normalised(" ＡＢｃ，１２ 米！\n") == normalised("abc12米")
    assert sets(["请加高围墙。", "请 加高围墙！！", "请加高围墙"]) == [{0, 1, 2}]


@pytest.mark.parametrize("pair", [("同意建设", "不同意建设"), ("？？", "。。"), ("没有意见", "没有意见了")])
def test_short_texts_are_equal_only_when_identical(pair: tuple[str, str]) -> None:
    assert sets(list(pair)) == [{0}, {1}]


def test_nobody_is_drawn_in_through_a_chain_of_small_differences() -> None:
    letters = "".join(chr(0x4E00 + index) for index in range(400))
    texts = [letters[start : start + 100] for start in range(0, 120, 8)]
    groups = sets(texts)
    assert len(groups) > 1
    assert all(max(group) - min(group) <= 4 for group in groups)


def test_each_text_stands_in_exactly_one_group_whatever_it_is() -> None:
    dice = random.Random(7)
    alphabet = "水气声渣井村路厂建环评监测😀 \n。，a1"
    texts = ["".join(dice.choices(alphabet, k=dice.randrange(60))) for _ in range(400)]
    texts += [SHEET.format(village="".join(dice.choices("甲乙丙丁", k=3))) for _ in range(200)]
    dice.shuffle(texts)
    assert sorted(positions(group_texts(texts))) == list(range(600))


def test_four_times_the_texts_take_nothing_like_sixteen_times_as_long() -> None:
    dice = random.Random(3)
    alphabet = [chr(0x4E00 + index) for index in range(2000)]
    # The worst case: all share half of their text, so that everything is alike and nothing near.
    half = "".join(dice.choices(alphabet, k=60))
    texts = [half + "".join(dice.choices(alphabet, k=60)) for _ in range(2000)]

    def seconds(count: int) -> float:
        started = time.process_time()
        assert len(group_texts(texts[:count])) == count
        return time.process_time() - started

    assert seconds(2000) < 10 * seconds(500)


def test_what_differs_is_marked() -> None:
    assert differing_parts("请加高西墙。", "请加高东墙。") == [
        ("请加高", False),
        ("东", True),
        ("墙。", False),
    ]
    assert ("", True) in differing_parts("我不同意。", "我同意。")


def test_a_long_letter_is_compared_only_where_it_differs() -> None:
    letter = "".join(f"第{index}处的井水发浑。" for index in range(400))
    other = letter.replace("第200处", "第二百处")
    marked = [piece for piece, differs in differing_parts(letter, other) if differs]
    assert marked == ["二百"]
    assert "".join(piece for piece, _differs in differing_parts(letter, other)) == other


def test_what_would_take_long_to_compare_is_one_piece() -> None:
    letter = "".join(f"第{index}处的井水发浑。" for index in range(400))
    other = f"甲{letter[1:-1]}乙"
    assert differing_parts(letter, other) == [(other, True)]
    assert differing_parts(letter, letter) == [(letter, False)]


@pytest.mark.django_db(databases=["default", "keys"])
class TestOfANotice:
    def test_groups_are_kept_until_an_opinion_comes(self, django_assert_num_queries) -> None:
        make_people()
        page = make_notice(now=PUBLISHED)
        first = [send(page, SHEET.format(village=name), now=PUBLISHED).opinion for name in ("甲村", "乙村")]
        assert [positions([group]) for group in groups_of(page)] == [[opinion.pk for opinion in first]]
        with django_assert_num_queries(2):
            groups_of(page)
        later = send(page, "另一件事。", now=PUBLISHED).opinion
        assert sorted(positions(groups_of(page))) == [*(opinion.pk for opinion in first), later.pk]

    def test_a_limited_list_has_exactly_the_opinions_wanted(self) -> None:
        groups = [[[1, 2], [3]], [[4]], [[5, 6]]]
        assert limited(groups, {3, 5, 6}) == [[[5, 6]], [[3]]]
