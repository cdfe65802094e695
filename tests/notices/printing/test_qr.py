"""QR codes hold the text they are given."""

from __future__ import annotations

import base64

import segno

from notices.printing import qr_data_uri, qr_svg

ADDRESS = "https://gongshi.example.gov.cn/n/831007/"


def test_the_code_holds_the_text_with_at_least_a_quarter_of_it_repairable() -> None:
    code = segno.make(ADDRESS, error="q", boost_error=True, micro=False)
    assert code.error in ("Q", "H")
    size = code.symbol_size(border=4)[0]
    assert f'viewBox="0 0 {size} {size}"' in qr_svg(ADDRESS)


def test_the_svg_says_nothing_of_its_size_so_that_the_style_sheet_decides() -> None:
    assert 'width="' not in qr_svg(ADDRESS).split(">", 1)[0]


def test_the_same_text_gives_the_same_drawing_and_another_text_another() -> None:
    assert qr_svg(ADDRESS) == qr_svg(ADDRESS) != qr_svg(ADDRESS.replace("831007", "420562"))


def test_the_address_for_printing_holds_the_drawing_without_an_edge() -> None:
    head, data = qr_data_uri(ADDRESS).split(",")
    assert head == "data:image/svg+xml;base64"
    assert base64.b64decode(data).decode() == qr_svg(ADDRESS, border=0)
