"""Journey 2: a proponent completes a draft and submits it, an operator checks its form, it opens on its date."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from notices.models import Attachment, NoticePage, NoticeRecord, NoticeStage
from notices.selectors import long_date
from notices.services import approve_notice, publish_due_notices
from tests.factories import an_operator, make_draft
from tests.notices.importer.pages import WHOLE
from tests.pdf import make_pdf

# Wagtail's editor watches for changes only from two seconds after it was opened.
WATCHED_AFTER = 2_500
# The two cores of a small machine are shared by browser, server and other tests.
SLOWLY = 30_000
CONTENT = "利用矸石回填废弃沟道，分层压实，覆土造林。"


def part(page: Page, name: str) -> Locator:
    """Return a part of the editor that follows every save: findings or attachments."""
    return page.locator(f"[data-notice-part={name}]")


def expect_text(found: Locator, text: str | re.Pattern[str]) -> None:
    expect(found).to_contain_text(text, timeout=SLOWLY)


def open_editor(page: Page) -> Page:
    """Wait until the editor watches what is typed."""
    page.wait_for_selector("#id_project_name")
    page.wait_for_timeout(WATCHED_AFTER)
    return page


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.fill(f"#id_{name}", value)


def set_date(page: Page, name: str, day: Any) -> None:
    page.fill(f"#id_{name}", day.isoformat())
    page.keyboard.press("Tab")


def save(page: Page) -> None:
    page.get_by_role("button", name="保存草稿").click()


def submit(page: Page) -> None:
    page.click("footer .w-dropdown__toggle")
    page.click("button[name=action-submit]")


def approve(page: Page, project: str) -> None:
    """Go from the dashboard to the waiting notice and let it pass."""
    page.locator(".notice-tasks a", has_text=project).click()
    page.get_by_role("button", name="核对通过", exact=True).click()


def start_of(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(0, 5)))


def approved(proponent: Any, *, project: str, days: int) -> NoticeRecord:
    """Return the register row of a notice that was approved and opens in some days."""
    planned = timezone.localdate() + timedelta(days=days)
    page = make_draft(proponent=proponent, project_name=project, planned_on=planned)
    return approve_notice(
        page=page, revision=page.get_latest_revision(), user=an_operator(), now=timezone.now()
    )


def fill_rows(page: Page) -> None:
    """Add a paper place, a village and a way to comment."""
    for name in ("paper_places", "places", "ways"):
        page.click(f"#id_{name}-ADD")
    fill(
        page,
        **{
            "paper_places-0-address": "安泽县府城镇文化街8号203室",
            "paper_places-0-hours": "工作日 9:00-11:30",
            "paper_places-0-contact": "李工 0357-7000001",
            "places-0-village": "青松村",
            "places-0-distance_km": "0.65",
            "ways-0-address": "安泽县府城镇文化街8号 邮编 042500",
        },
    )
    page.select_option("#id_ways-0-way", "letter")


def upload_report(page: Page) -> None:
    page.get_by_role("link", name="上传附件").click()
    file = {"name": "征求意见稿.pdf", "mimeType": "application/pdf", "buffer": make_pdf(["第一章 总则。"])}
    page.set_input_files("input[type=file]", file)  # type: ignore[arg-type]
    page.get_by_role("button", name="上传", exact=True).click()
    expect_text(part(page, "attachments"), "1 页")
    open_editor(page)


def test_a_notice_goes_from_the_first_word_to_the_public_page(sign_in, open_page, people) -> None:
    page = sign_in("li", f"/admin/pages/add/notices/noticepage/{people.company_a.pk}/")
    open_editor(page)
    fill(page, project_name="青松沟矸石综合利用项目")
    page.wait_for_url("**/edit/", timeout=SLOWLY)
    expect_text(part(page, "findings"), re.compile("还有 . 项必须补正"))

    fill(page, location="安泽县唐城镇青松沟", division_code="141026", content="写了一半")
    fill(page, contact_name="李工", contact_phone="0357-7000001", consultant_name="山西绿衡环境咨询有限公司")
    page.select_option("#id_nature", "新建")
    fill_rows(page)
    save(page)
    expect_text(page.locator(".messages"), "草稿已保存。还有")
    expect_text(part(page, "findings"), "请填写计划公开日期")
    assert "查阅纸质报告书" not in part(page, "findings").locator(".notice-items--block").inner_text()

    upload_report(page)
    assert "请上传" not in part(page, "findings").inner_text()
    set_date(page, "planned_date", timezone.localdate())
    expect_text(part(page, "findings"), "推算的截止日")
    assert part(page, "findings").locator(".strip__leaf").count() == 11
    promised = part(page, "findings").locator(".notice-window__last strong").inner_text()

    fill(page, content=CONTENT)
    submit(page)
    expect_text(page.locator("#id_public_scope").locator("xpath=ancestor::*[@data-field][1]"), "请写明征求意见的公众范围")
    assert page.locator("#id_content").input_value() == CONTENT
    assert page.locator("#id_ways-0-address").input_value() == "安泽县府城镇文化街8号 邮编 042500"
    assert not NoticePage.objects.get().workflow_in_progress

    open_editor(page)
    fill(page, public_scope="青松村的村民和单位。")
    set_date(page, "signature_date", timezone.localdate())
    expect_text(part(page, "findings"), "法定要件已齐，可以提交核对")
    submit(page)
    expect_text(page.locator(".messages"), "提交")
    assert NoticePage.objects.get().workflow_in_progress

    operator = sign_in("op")
    approve(operator, "青松沟矸石综合利用项目")
    expect_text(operator.locator(".messages"), "已核对并公开")
    record = NoticeRecord.objects.get()
    assert promised == f"{long_date(record.last_day)} 24:00"
    public = open_page(f"/n/{record.code}/")
    body = public.locator("main").inner_text()
    for text in ("青松沟矸石综合利用项目", CONTENT, "青松村", "我要提意见", long_date(record.last_day)):
        assert text in body
