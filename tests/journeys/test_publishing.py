"""Journey 2: a proponent completes a draft and submits it, an operator checks its form, it opens on its date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from notices.models import Attachment, CommentWay, NoticePage, NoticeRecord, NoticeStage
from notices.selectors import long_date
from notices.services import approve_notice, publish_due_notices
from tests.factories import an_operator, confirm, make_draft
from tests.notices.importer.pages import WHOLE
from tests.pdf import make_pdf

WATCHED_AFTER = 2_500
# The two cores of a small machine are shared by browser, server and other tests.
SLOWLY = 30_000
CONTENT = "利用矸石回填废弃沟道，分层压实，覆土造林。"


def part(page: Page, name: str) -> Locator:
    """Return a part of the editor that follows every save: findings or attachments."""
    return page.locator(f"[data-notice-part={name}]")


def shown(page: Page, name: str) -> Locator:
    """Return what the editor shows of the findings outside their list: verdict or window."""
    return page.locator(f"[data-notice-target={name}]")


def note(page: Page, field: str) -> Locator:
    return page.locator(f"[data-field]:has(#id_{field}) .notice-note")


def expect_text(found: Locator, text: str | re.Pattern[str]) -> None:
    expect(found).to_contain_text(text, timeout=SLOWLY)


def error_at(page: Page, field: str) -> Locator:
    return page.locator(f"[data-contentpath={field}] .error-message")


def sideways(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def open_editor(page: Page) -> Page:
    """Wait until the editor watches what is typed, which it says some two seconds after it was opened."""
    page.wait_for_selector("html[data-edits-watched]", timeout=SLOWLY)
    return page


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.fill(f"#id_{name}", value)


def set_date(page: Page, name: str, day: Any) -> None:
    page.fill(f"#id_{name}", day.isoformat())
    page.keyboard.press("Tab")


@contextmanager
def saved_by_itself(page: Page) -> Iterator[None]:
    """Wait for the automatic save of what is typed inside."""
    with page.expect_response(
        lambda answer: answer.request.method == "POST" and "/edit/" in answer.url and answer.ok,
        timeout=SLOWLY,
    ):
        yield


def save(page: Page) -> None:
    page.get_by_role("button", name="保存草稿").click()


def submit(page: Page) -> None:
    """Submit with the box of confirmation ticked, where the person has it."""
    box = page.locator("#id_confirms_publication")
    if box.count():
        box.check()
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
    confirm(page)
    return approve_notice(
        page=page, revision=page.get_latest_revision(), user=an_operator(), now=timezone.now()
    )


def forge(page: Page, **fields: str) -> None:
    """Add fields to the editor's form that it does not have."""
    page.evaluate(
        """fields => Object.entries(fields).forEach(([name, value]) => {
            const input = Object.assign(document.createElement("input"), {type: "hidden", name, value});
            document.querySelector("[data-edit-form]").append(input);
        })""",
        fields,
    )


def fill_facts(page: Page) -> None:
    """Say what the project is and who is behind it, the content only half."""
    fill(page, location="安泽县唐城镇青松沟", division_code="141026", content="写了一半")
    fill(page, contact_name="李工", contact_phone="0357-7000001", consultant_name="山西绿衡环境咨询有限公司")
    page.select_option("#id_nature", "新建")


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
    expect(part(page, "attachments")).to_be_in_viewport()


def test_a_notice_goes_from_the_first_word_to_the_public_page(sign_in, open_page, people) -> None:
    page = sign_in("li", f"/admin/pages/add/notices/noticepage/{people.company_a.pk}/")
    open_editor(page)
    fill(page, project_name="青松沟矸石综合利用项目")
    page.wait_for_url("**/edit/", timeout=SLOWLY)
    expect_text(part(page, "findings"), re.compile("还有 . 项必须补正"))

    fill_facts(page)
    fill_rows(page)
    save(page)
    expect_text(page.locator(".messages"), "草稿已保存。还有")
    expect_text(part(page, "findings"), "请填写计划公开日期")
    assert "查阅纸质报告书" not in part(page, "findings").locator(".notice-items--block").inner_text()

    upload_report(page)
    assert "请上传" not in part(page, "findings").inner_text()
    with saved_by_itself(page):
        set_date(page, "planned_date", timezone.localdate())
    expect_text(shown(page, "window"), "推算的截止日")
    assert shown(page, "window").locator(".strip__leaf").count() == 11
    promised = shown(page, "window").locator(".notice-window__last strong").inner_text()

    with saved_by_itself(page):
        fill(page, content=CONTENT)
    submit(page)
    expect_text(error_at(page, "public_scope"), "请写明征求意见的公众范围")
    assert page.locator("#id_content").input_value() == CONTENT
    assert page.locator("#id_ways-0-address").input_value() == "安泽县府城镇文化街8号 邮编 042500"
    assert not NoticePage.objects.get().workflow_in_progress

    # After a refusal the editor does not say when it begins to watch: two seconds after it stands.
    page.wait_for_timeout(WATCHED_AFTER)
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
    assert record.last_day is not None
    assert promised == f"{long_date(record.last_day)} 24:00"
    public = open_page(f"/n/{record.code}/")
    body = public.locator("main").inner_text()
    for text in ("青松沟矸石综合利用项目", CONTENT, "青松村", "我要提意见", long_date(record.last_day)):
        assert text in body


def test_findings_follow_every_automatic_save_at_their_fields_and_on_the_toggle(sign_in, people) -> None:
    notice = make_draft(proponent=people.company_a, public_scope="", contact_email="name.example.com")
    draft = notice.get_latest_revision_as_object()
    draft.ways.add(CommentWay(way="fax", address=""))
    draft.save_revision()
    page = open_editor(sign_in("li", f"/admin/pages/{notice.pk}/edit/"))
    counter = page.locator("[data-side-panel-toggle=findings] [data-side-panel-toggle-counter]")
    expect_text(counter, "2")
    expect_text(note(page, "public_scope"), "必须补正：请写明征求意见的公众范围")
    expect_text(note(page, "ways-3-address"), "传真没有地址")
    described = page.locator("#id_public_scope").get_attribute("aria-describedby") or ""
    assert note(page, "public_scope").get_attribute("id") in described.split()

    page.get_by_role("button", name="查看清单").click()
    expect(part(page, "findings")).to_be_visible()
    part(page, "findings").get_by_text("传真没有地址").click()
    expect(page.locator("#id_ways-3-address")).to_be_focused()

    with saved_by_itself(page):
        fill(page, public_scope="清水沟村的村民和单位。", **{"ways-3-address": "0357-7000003"})
    expect(note(page, "public_scope")).to_have_count(0, timeout=SLOWLY)
    expect(note(page, "ways-3-address")).to_have_count(0)
    expect(counter).to_be_hidden()
    expect_text(note(page, "contact_email"), "建议补正")
    expect_text(shown(page, "verdict"), "法定要件已齐")
    assert "notice-note" not in (page.locator("#id_public_scope").get_attribute("aria-describedby") or "")


def test_a_notice_planned_for_later_says_when_it_opens_and_opens_then(sign_in, open_page, people) -> None:
    planned = timezone.localdate() + timedelta(days=3)
    notice = make_draft(proponent=people.company_a, planned_on=planned)
    page = open_editor(sign_in("li", f"/admin/pages/{notice.pk}/edit/"))
    submit(page)
    expect_text(page.locator(".messages"), "提交")
    operator = sign_in("op")
    approve(operator, notice.project_name)
    expect_text(operator.locator(".messages"), f"{long_date(planned)}由系统自动公开")

    address = f"/n/{notice.record.code}/"
    waiting = open_page(address, size="phone").locator("main").inner_text()
    assert f"{long_date(planned)}公开" in waiting.replace("\n", "").replace(" ", "")
    assert notice.content not in waiting
    assert publish_due_notices(now=start_of(planned - timedelta(days=1))) == []
    assert notice.content not in open_page(address, size="phone").locator("main").inner_text()

    assert publish_due_notices(now=start_of(planned)) == []
    public = open_page(address, size="phone")
    expect_text(public.locator("main"), notice.content)
    assert public.locator(".strip--large .strip__leaf").count() == 11


def test_a_notice_that_became_blocked_stays_and_holds_nobody_up(sign_in, open_page, people) -> None:
    blocked = approved(people.company_a, project="断崖沟矸石场项目", days=2)
    sound = approved(people.company_b, project="远山选矿尾矿项目", days=2)
    # No path of the portal takes a checked file away: here it only ceases to be the report.
    Attachment.objects.filter(notice=blocked.page).update(kind="other")
    refused = publish_due_notices(now=start_of(timezone.localdate() + timedelta(days=2)))

    assert refused == [blocked.code]
    assert "远山选矿尾矿项目" in open_page(f"/n/{sound.code}/").locator("h1").inner_text()
    assert open_page(f"/n/{blocked.code}/").locator(".strip--large").count() == 0
    blocked.refresh_from_db()
    assert blocked.stage == NoticeStage.APPROVED
    page = sign_in("op")
    lists = page.locator(".notice-tasks section", has_text="到期未能公开")
    assert "断崖沟矸石场项目" in lists.inner_text()
    assert "全文" in lists.inner_text()
    assert "远山选矿尾矿项目" not in lists.inner_text()
    lists.get_by_role("link", name="断崖沟矸石场项目").click()
    expect_text(page.locator("main"), "到期未能公开")


def test_a_superuser_cannot_publish_or_schedule_by_hand(sign_in, people) -> None:
    get_user_model().objects.create_superuser("root", password="root")
    notice = make_draft(proponent=people.company_a)
    page = open_editor(sign_in("root", f"/admin/pages/{notice.pk}/edit/"))
    assert page.locator("[name=action-publish]").count() == 0
    forge(page, **{"action-publish": "1", "go_live_at": f"{timezone.localtime():%Y-%m-%d %H:%M}"})
    fill(page, content="改过的内容")
    save(page)
    expect_text(page.locator(".messages"), "不能直接发布")
    notice.refresh_from_db()
    assert not notice.live
    assert notice.go_live_at is None
    assert notice.record.stage == NoticeStage.DRAFT
    assert notice.get_latest_revision_as_object().content == "改过的内容"


def test_an_operator_files_an_imported_draft_as_a_historical_record(
    sign_in, open_page, people, tmp_path
) -> None:
    source = tmp_path / "page.txt"
    source.write_text(WHOLE, encoding="utf-8")
    call_command("import_notices", str(source))
    record = NoticeRecord.objects.get()
    page = sign_in("op", "/admin/notice_register/")
    page.get_by_role("link", name=record.code).click()
    page.get_by_role("link", name="存为历史记录并公开").click()
    page.get_by_role("button", name="存为历史记录并公开").click()
    expect(page.locator("#id_basis")).to_have_attribute("aria-invalid", "true", timeout=SLOWLY)
    assert record.stage == NoticeStage.DRAFT
    page.fill("#id_basis", "2023年5月8日的报纸，日期见落款。")
    set_date(page, "published_on", date(2023, 5, 8))
    page.get_by_role("button", name="存为历史记录并公开").click()
    expect_text(page.locator(".messages"), "已作为历史记录公开")
    public = open_page(f"/n/{record.code}/")
    body = public.locator("main").inner_text()
    assert "历史记录" in body
    assert "柳树沟" in body
    assert "我要提意见" not in body


def test_the_editor_fits_a_phone(sign_in, people) -> None:
    notice = make_draft(proponent=people.company_a)
    page = sign_in("li")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(page.url.split("/admin/")[0] + f"/admin/pages/{notice.pk}/edit/")
    open_editor(page)
    expect_text(part(page, "findings"), "法定要件已齐")
    assert sideways(page) <= 0
