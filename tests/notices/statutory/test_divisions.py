"""Administrative divisions: present ones offered, former ones recognised."""

import pytest

from notices.statutory import divisions
from notices.statutory.divisions import DivisionLevel

LINFEN = [
    *("141002", "141021", "141022", "141023", "141024", "141025", "141026", "141027", "141028", "141029"),
    *("141030", "141031", "141032", "141033", "141034", "141081", "141082"),
]


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("140000", "山西省"),
        ("141000", "山西省临汾市"),
        ("141026", "山西省临汾市安泽县"),
        ("110105", "北京市朝阳区"),
        ("500233", "重庆市忠县"),
        ("429004", "湖北省仙桃市"),
        ("141161", "山西省吕梁市文水经济开发区"),
        ("820000", "澳门特别行政区"),
        ("144027", "山西省（144027）"),
        ("990000", "990000"),
    ],
)
def test_full_names(code: str, label: str) -> None:
    assert divisions.label(code) == label


def test_short_names_and_names_without_the_prefecture() -> None:
    assert divisions.label("141026", with_prefecture=False) == "山西省安泽县"
    assert divisions.short_name("141026") == "安泽县"
    assert divisions.short_name("990000") == "990000"


def test_the_counties_of_linfen_are_the_present_ones() -> None:
    assert [county.code for county in divisions.counties_of("1410")] == LINFEN
    assert divisions.counties_of("141000") == divisions.counties_of("1410")


def test_a_former_county_is_recognised_but_not_offered() -> None:
    former = divisions.find("140726")  # 太谷县 until 2019
    assert former is not None
    assert (former.name, former.current) == ("太谷县", False)
    assert "140726" not in [county.code for county in divisions.counties_of("1407")]
    assert "140703" in [county.code for county in divisions.counties_of("1407")]


def test_rows_that_only_group_are_not_offered() -> None:
    assert "141001" not in [county.code for county in divisions.counties_of("1410")]
    assert "110100" not in [prefecture.code for prefecture in divisions.prefectures_of("11")]


def test_provinces_and_prefectures_are_listed() -> None:
    assert len(divisions.provinces()) == 34
    assert [division.code[:4] for division in divisions.prefectures_of("14")] == [
        str(code) for code in range(1401, 1412)
    ]


@pytest.mark.parametrize(
    ("code", "known"), [("141026", True), ("1410", True), ("144027", False), ("419001", True)]
)
def test_prefectures_are_known_by_four_digits(code: str, known: bool) -> None:
    assert divisions.is_prefecture_known(code) is known


def test_zones_come_from_a_mapping() -> None:
    assert divisions.find("149999") is None
    zone = divisions.find("149999", {"149999": "示范区"})
    assert zone is not None
    assert zone.level is DivisionLevel.ZONE
    assert not divisions.is_known("141161", {})


@pytest.mark.parametrize("name", ["安泽县", "临汾市安泽县", "山西省安泽县", "山西省临汾市安泽县"])
def test_a_county_is_found_by_its_name(name: str) -> None:
    assert [division.code for division in divisions.find_by_name(name)] == ["141026"]


def test_a_shared_name_gives_several_and_an_unknown_one_none() -> None:
    assert len(divisions.find_by_name("城区")) > 1
    assert divisions.find_by_name("临汾市不存在县") == ()


def test_counties_named_in_a_text_are_found_in_order() -> None:
    text = "项目位于浮山县响水河镇，输水管线至临汾市安泽县"
    assert [division.name for division in divisions.find_in_text(text)] == ["浮山县", "安泽县"]


def test_a_short_name_is_taken_only_with_its_prefecture() -> None:
    assert divisions.find_in_text("县城区道路") == ()
    assert [division.code for division in divisions.find_in_text("晋城市城区某街")] == ["140502"]


def test_a_county_lies_in_its_prefecture_and_province() -> None:
    assert divisions.is_within("141026", "141000")
    assert divisions.is_within("141026", "140000")
    assert divisions.is_within("141026", "141026")
    assert not divisions.is_within("141026", "141027")
