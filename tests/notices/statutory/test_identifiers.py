"""Numbers of people, firms and notices."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.statutory.identifiers import (
    PhoneKind,
    is_notice_code,
    is_post_code,
    is_valid_email,
    is_valid_resident_id,
    is_valid_uscc,
    make_notice_code,
    mask_contact,
    mask_email,
    mask_name,
    mask_phone,
    mask_phones_in,
    mask_resident_id,
    normalise_email,
    normalise_notice_code,
    parse_phone,
    personal_data_in,
)


@settings(deadline=None)
@given(st.integers(10_000, 99_999), st.integers(0, 5), st.integers(1, 9))
def test_a_notice_code_is_known_by_its_check_digit(digits: int, position: int, step: int) -> None:
    code = make_notice_code(str(digits))
    assert is_notice_code(code)
    wrong = str((int(code[position]) + step) % 10)
    assert not is_notice_code(code[:position] + wrong + code[position + 1 :])


@pytest.mark.parametrize("digits", ["1234", "123456", "01234", "12a45", "１２３４５"])
def test_a_notice_code_is_made_from_five_digits(digits: str) -> None:
    with pytest.raises(ValueError, match="five digits"):
        make_notice_code(digits)


def test_a_typed_notice_code_is_read_with_spaces_and_wide_digits() -> None:
    code = make_notice_code("12345")
    assert normalise_notice_code(f" {code[:3]} {code[3:]} ") == code
    assert normalise_notice_code("１２３-４５０") == "123450"
    assert not is_notice_code("")


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("91110000600037341L", True),
        ("91110000600037341M", False),
        ("91141026MA00000000", True),
        ("9111 0000 6000 3734 1l", True),
        ("91110000600037341", False),
    ],
)
def test_credit_codes(number: str, valid: bool) -> None:
    assert is_valid_uscc(number) is valid


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("11010519491231002X", True),
        ("11010519491231002x", True),
        ("110105194912310020", False),
        ("1101051949123100", False),
        ("", False),
    ],
)
def test_resident_ids(number: str, valid: bool) -> None:
    assert is_valid_resident_id(number) is valid


@pytest.mark.parametrize(
    ("written", "kind", "number", "e164"),
    [
        ("13800000000", PhoneKind.MOBILE, "13800000000", "+8613800000000"),
        ("+86 138-0000-0000", PhoneKind.MOBILE, "13800000000", "+8613800000000"),
        ("１３８００００００００", PhoneKind.MOBILE, "13800000000", "+8613800000000"),
        ("0357-2223344", PhoneKind.LANDLINE, "0357-2223344", "+863572223344"),
        ("（0357）2223344", PhoneKind.LANDLINE, "0357-2223344", "+863572223344"),
        ("86-357-2223344", PhoneKind.LANDLINE, "0357-2223344", "+863572223344"),
        ("0357 2223344转801", PhoneKind.LANDLINE, "0357-2223344-801", "+863572223344"),
        ("010-62345678", PhoneKind.LANDLINE, "010-62345678", "+861062345678"),
        ("400-123-4567", PhoneKind.SERVICE, "400-123-4567", None),
        ("4001234567", PhoneKind.SERVICE, "400-123-4567", None),
        ("12345", PhoneKind.HOTLINE, "12345", None),
        ("12369", PhoneKind.HOTLINE, "12369", None),
    ],
)
def test_telephone_numbers_come_into_one_form(
    written: str, kind: PhoneKind, number: str, e164: str | None
) -> None:
    phone = parse_phone(written)
    assert phone is not None
    assert (phone.kind, phone.number, phone.e164) == (kind, number, e164)
    assert phone.is_personal_contact is (kind in {PhoneKind.MOBILE, PhoneKind.LANDLINE})


@pytest.mark.parametrize(
    "written", ["", "2223344", "1380000000", "12800000000", "138000000000", "188****4869", "电话"]
)
def test_what_is_no_telephone_number_is_refused(written: str) -> None:
    assert parse_phone(written) is None


@pytest.mark.parametrize(
    ("address", "valid"),
    [
        ("li.ming@example.cn", True),
        ("li＠example.cn", True),
        (" li@EXAMPLE.cn ", True),
        ("li@example", False),
        ("li@@example.cn", False),
        ("example.cn", False),
        ("li@exa mple..cn", False),
    ],
)
def test_email_addresses(address: str, valid: bool) -> None:
    assert is_valid_email(address) is valid


def test_an_email_address_keeps_the_case_of_its_name() -> None:
    assert normalise_email(" Li@EXAMPLE.cn") == "Li@example.cn"


@pytest.mark.parametrize(
    ("code", "valid"), [("042500", True), ("０４２５００", True), ("04250", False), ("942500", False)]
)
def test_post_codes(code: str, valid: bool) -> None:
    assert is_post_code(code) is valid


def test_masks_leave_no_middle() -> None:
    assert mask_phone("138 0000 1234") == "138****1234"
    assert mask_phone("0357-2223344") == "0357-****344"
    assert mask_phone("12345") == "12345"
    assert mask_phone("188****4869") == "188****4869"
    assert mask_email("liming@example.cn") == "l***@example.cn"
    assert mask_resident_id("11010519491231002X") == "1101**********002X"
    assert mask_resident_id("1234") == "****"
    assert mask_name("李小明") == "李**"
    assert mask_contact("liming@example.cn") == "l***@example.cn"
    assert mask_contact("13800001234") == "138****1234"
    assert mask_contact("某街3号院5单元201室") != "某街3号院5单元201室"
    assert (
        mask_phones_in("联系人李工，13800001234；座机0357-2223344")
        == "联系人李工，138****1234；座机0357-2223344"
    )


def test_personal_numbers_in_a_text_are_found_masked_and_once() -> None:
    text = "张三 11010519491231002X 电话138 0000 1234，再次13800001234；项目代码2202-141026-89-05-701804，共13800000000000吨"
    assert personal_data_in(text) == ("1101**********002X", "138****1234")
