"""Journey 7: an officer downloads the comment records of a notice, and nobody else does."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from django.utils import timezone

from notices.exports.models import ExportRecord
from notices.ledger.models import Entry
from notices.opinions.form_tokens import new_token
from notices.opinions.models import ContactKind
from notices.opinions.page_two import PageTwo
from notices.opinions.services import PageOne, submit_opinion
from tests.factories import make_notice
from tests.notices.exports.zipped import cover_in, records_in

FORMULA = '=HYPERLINK("http://evil.example","点我")'


def notice_with_opinion(people, text: str = FORMULA):
    notice = make_notice(proponent=people.company_a, now=timezone.now() - timedelta(days=1))
    submit_opinion(
        record=notice.record,
        token=new_token(notice.record.code, now=timezone.now()),
        page_one=PageOne(text=text, village="清水沟村"),
        page_two=PageTwo(contact_kind=ContactKind.MOBILE, contact="13912345678", name="甄姓村民"),
    )
    return notice


def export(page, export_format: str) -> bytes:
    page.fill("input[name=purpose]", "审查公众参与说明")
    page.check(f"input[name=format][value={export_format}]")
    with page.expect_download() as waiting:
        page.click("main form button[type=submit]")
    return open(waiting.value.path(), "rb").read()  # noqa: PTH123


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_an_officer_downloads_xlsx_and_csv(sign_in, people, size: str) -> None:
    notice = notice_with_opinion(people)
    address = f"/admin/opinions/export/{notice.record.code}/"
    book = openpyxl.load_workbook(io.BytesIO(export(sign_in("guan", address, size=size), "xlsx")))
    rows = list(book["意见记录"].iter_rows(values_only=True))
    record = dict(zip(rows[0], rows[1], strict=True))
    assert record["意见原文"] == FORMULA
    assert book["意见记录"].cell(2, rows[0].index("意见原文") + 1).data_type == "s"
    assert str(record["收到时间"]).endswith("+08:00")
    assert "13912345678" not in str(rows)
    assert "甄姓村民" not in str(rows)
    cover = dict(book["封面"].iter_rows(values_only=True))
    assert cover["用途"] == "审查公众参与说明"

    data = export(sign_in("guan", address, size=size), "csv")
    (row,) = records_in(data)
    assert row["意见原文"] == f"'{FORMULA}"
    assert "用途：审查公众参与说明" in cover_in(data)
    assert ExportRecord.objects.count() == 2


def test_an_export_without_a_purpose_is_refused_beside_the_field(sign_in, people) -> None:
    notice = notice_with_opinion(people)
    page = sign_in("guan", f"/admin/opinions/export/{notice.record.code}/")
    page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    page.click("main form button[type=submit]")
    assert "请写明导出用途" in page.locator("main").inner_text()
    assert not ExportRecord.objects.exists()


def test_rival_and_outsider_get_nothing(client, people) -> None:
    notice = notice_with_opinion(people)
    for person in (people.rival, people.outsider):
        client.force_login(person)
        response = client.post(
            f"/admin/opinions/export/{notice.record.code}/", {"purpose": "x", "format": "csv"}
        )
        assert response.status_code in (302, 403)
        assert FORMULA not in response.content.decode()
    client.logout()
    assert client.get(f"/admin/opinions/export/{notice.record.code}/").status_code == 302
    assert not ExportRecord.objects.exists()


def test_the_export_is_in_the_ledger_of_the_notice(client, people) -> None:
    notice = notice_with_opinion(people)
    client.force_login(people.guan)
    client.post(f"/admin/opinions/export/{notice.record.code}/", {"purpose": "信访答复", "format": "csv"})

    entry = Entry.objects.get(act="exported")
    assert entry.payload["sha256"] == ExportRecord.objects.get().sha256
    assert entry.payload["rows"] == 1
