"""Personal data in a text is found as people write it, and nothing else is taken for it."""

from __future__ import annotations

import pytest

from notices.opinions.text import masked, personal_hints


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("电话１３９００００００１１", ["１３９００００００１１"]),
        ("打+86 139-0000-0011", ["+86 139-0000-0011"]),
        ("座机（0357）2000001或 0357 200 0002", ["（0357）2000001", "0357 200 0002"]),
        ("车牌晋l12345，新能源晋LD12345", ["晋l12345", "晋LD12345"]),
        ("卡号 4111 1111 1111 1111", ["4111 1111 1111 1111"]),
        ("微信号：ceshi_jia8，QQ 123456", ["ceshi_jia8", "123456"]),
        ("邮箱 ceshi＠example.com", ["ceshi＠example.com"]),
    ],
)
def test_numbers_and_accounts_are_found_as_people_type_them(text: str, found: list[str]) -> None:
    assert [hint.found for hint in personal_hints(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "工程投资 13900 万元，年产 120 万吨。",
        "文件号 〔2018〕0357 号，GB 12348-2008，坐标 112.2514 36.1472。",
        "建议微信公众号也公布监测数据。",
        "粤港澳、晋LOGO 字样",
        "编号 4111 1111 1111 1112",
    ],
)
def test_figures_and_standards_are_no_personal_data(text: str) -> None:
    assert personal_hints(text) == []


def test_lists_mask_what_is_found_in_them() -> None:
    assert "2000001" not in masked("座机 0357-2000001")
    assert "13900000011" not in masked("手机 13900000011")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("手机１３９１２３４５６７８，急", "手机139****5678，急"),
        ("身份证１１０１０１１９９００３０７７７５Ｘ。", "身份证1101**********775X。"),
        ("座机（0357）2000001或0357 200 0002", "座机0357-****001或0357-****002"),
        ("微信号：ceshi_jia8，邮箱 ceshi＠example.com", "微信号：ce******a8，邮箱 c***@example.com"),
        ("车牌晋LD12345，卡号4111 1111 1111 1111", "车牌晋L****45，卡号4111***********1111"),
        ("第５章、ＧＢ３０９５，一天 13 车", "第５章、ＧＢ３０９５，一天 13 车"),
    ],
)
def test_lists_mask_personal_data_as_people_type_it(text: str, shown: str) -> None:
    assert masked(text) == shown
