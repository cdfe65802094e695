"""Project codes: the golden list, the problems found, the suggestion."""

from datetime import date

import pytest

from notices.statutory.project_code import (
    CodeProblemKind,
    is_valid_project_code,
    parse_project_code,
    project_code_problems,
    suggest_project_code,
)

ON = date(2026, 11, 23)
ANZE = "2202-141026-89-05-701804"
FUSHAN_PRINTED = "2106-144027-89-02-635569"
FUSHAN = "2106-141027-89-02-635569"
GOLDEN = [
    (ANZE, True),
    (FUSHAN_PRINTED, False),
    (FUSHAN, True),
    ("2108-141161-89-02-776136", True),
    ("2411-130202-89-01-637015", True),
    ("2111-522323-04-01-342068", True),
    ("2509-140602-89-05-864976", True),
    ("2509-320193-89-01-544060", True),
]


def kinds(code: str, **given: object) -> list[CodeProblemKind]:
    arguments: dict[str, object] = {"on": ON} | given
    return [problem.kind for problem in project_code_problems(code, **arguments)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("code", "valid"), GOLDEN)
def test_golden_codes(code: str, valid: bool) -> None:
    assert is_valid_project_code(code) is valid


@pytest.mark.parametrize("code", [code for code, valid in GOLDEN if valid])
def test_a_real_code_has_no_problem(code: str) -> None:
    assert kinds(code) == []


def test_every_single_wrong_digit_is_found() -> None:
    for position, printed in enumerate(ANZE):
        for digit in "0123456789":
            if printed not in ("-", digit):
                assert not is_valid_project_code(ANZE[:position] + digit + ANZE[position + 1 :])


@pytest.mark.parametrize(
    "written",
    [
        "２２０２－141026－89－05－701804",
        "2202—141026—89—05—701804",
        " 2202 141026 89 05 701804",
        "22021410268905701804",
    ],
)
def test_a_code_is_read_however_it_is_written(written: str) -> None:
    assert str(parse_project_code(written)) == ANZE


@pytest.mark.parametrize("text", ["", "2202-141026-89-05-70180", "项目代码", "2202-141026-89-05-7018041"])
def test_what_is_no_code_is_a_format_problem(text: str) -> None:
    assert parse_project_code(text) is None
    assert kinds(text) == [CodeProblemKind.FORMAT]


def test_a_code_of_the_years_before_has_no_check_digit() -> None:
    code = parse_project_code("2017-130000-01-01-00001")
    assert code is not None
    assert code.legacy
    assert code.check_digit_ok
    assert kinds("2017-130000-01-01-00001") == []


@pytest.mark.parametrize("counties", [("141027",), ()])
def test_the_misprinted_code_is_mended_in_its_region(counties: tuple[str, ...]) -> None:
    assert suggest_project_code(FUSHAN_PRINTED, counties) == FUSHAN


def test_nothing_is_suggested_for_another_county_or_a_good_code() -> None:
    assert suggest_project_code(FUSHAN_PRINTED, ("110105",)) is None
    assert suggest_project_code(FUSHAN, ("141027",)) is None


def test_the_misprinted_code_fails_twice() -> None:
    assert kinds(FUSHAN_PRINTED) == [CodeProblemKind.CHECK_DIGIT, CodeProblemKind.PREFECTURE]


def test_the_month_must_exist_and_not_lie_ahead() -> None:
    assert CodeProblemKind.MONTH in kinds("2213-141026-89-05-701804")
    assert kinds(ANZE, on=date(2022, 2, 1)) == []
    assert kinds(ANZE, on=date(2022, 1, 31)) == [CodeProblemKind.FUTURE]


def test_the_month_is_compared_with_the_filing_date() -> None:
    assert kinds(ANZE, filing_date=date(2022, 2, 22)) == []
    assert kinds(ANZE, filing_date=date(2022, 3, 1)) == [CodeProblemKind.FILING_MONTH]


def test_an_unknown_county_may_be_a_zone_and_listed_zones_pass() -> None:
    assert kinds("2108-141161-89-02-776136", zones={}) == [CodeProblemKind.COUNTY]
    assert kinds("2108-141161-89-02-776136", counties=("141121",)) == []


def test_the_region_must_agree_with_the_projects_county() -> None:
    assert kinds(ANZE, counties=("141026",)) == []
    assert kinds(ANZE, counties=("141027", "141026")) == []
    assert kinds(ANZE, counties=("141000",)) == []
    assert kinds(ANZE, counties=("141027",)) == [CodeProblemKind.OTHER_COUNTY]


@pytest.mark.parametrize(
    ("code", "nature", "wrong"),
    [
        (FUSHAN, "技改", False),
        (FUSHAN, "扩建", False),
        (FUSHAN, "新建", True),
        (ANZE, "新建", False),
        ("2411-130202-89-01-637015", "技术改造", True),
        ("2411-130202-89-01-637015", "改建", False),
    ],
)
def test_the_type_is_compared_with_the_nature(code: str, nature: str, wrong: bool) -> None:
    assert (CodeProblemKind.TYPE in kinds(code, nature=nature)) is wrong
