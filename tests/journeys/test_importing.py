"""Journey 1: a newspaper page becomes drafts with their doubts, and a pasted one a notice that can be published."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from playwright.sync_api import expect

from notices.marks import open_marks
from notices.models import NoticePage, NoticeRecord, NoticeStage
from tests.journeys.test_publishing import (
    SLOWLY,
    expect_text,
    fill,
    open_editor,
    part,
    saved_by_itself,
    set_date,
    submit,
    upload_report,
)
from tests.notices.importer.pages import ARTICLE

NEWSPAPER = "newspaper-2022-03-17.txt"
SHARED = Path(__file__).parents[3] / "shared" / "samples"
# The fields of the labelled collection, with those that the command adds.
FIELDS = {
    "kind", "truncated", "project_name", "project_code", "proponent", "consultant", "location", "nature",
    "investment_wan_yuan", "contact_name", "contact_phone", "contact_email", "consultant_contact_phone",
    "draft_report_url", "opinion_form_url", "draft_link_kind", "form_link_kind", "paper_copy_place", "public_scope",
    "how_to_comment", "window_text", "window_start", "window_end", "window_working_days", "publication_date",
    "missing_items", "note", "source", "findings",
}  # fmt: skip
# A page as a scan of a newspaper gives it: an article, a notice, a story that breaks in, a notice that breaks off.
PAGE = """\
春耕时节农技下田

本报记者 某某

连日来,东湾镇的农技员走村入户,指导农户选种、施肥。

青石县新桥环保科技有限公司矸石制砖项目环境影响评价公众参与第二次公示

青石县新桥环保科技有限公司矸石制砖项目环境影响报告书征求意见稿已由华岳生态咨询有限公司编成,依照《环境影响评价公众参与办法》征求公众意见:

(一)建设项目基本情况

项目名称:青石县新桥环保科技有限公司矸石制砖项目

建设单位:青石县新桥环保科技有限公司

建设地点:青石县东湾镇新桥村,距新桥村0.8km。

建设性质:新建

项目投资:总投资2600万元。

联系人及联系电话:钱工 0999-1234567

(二)公众查阅纸质版环境影响报告书征求意见稿全文的方式和途径

征求意见稿网络链接: <http://www.example.cn/draft/21.html>

可到青石县新桥环保科技有限公司办公室查阅纸质报告书。

(三)征求意见稿范围

项目附近可能受影响的村民。

(四)公众意见表

<http://www.example.cn/form/21.html>

(五)公众提出意见的方式和途径

公众可以通过电话、信函向建设单位提出意见。

(六)公众提出意见的起止时间

自本公示发布之日起10个工作日。

(上接1版)

农技员表示,下一步将把墒情监测做到每一块地。

云岭县南山选矿有限公司尾矿干堆技术改造项目环境影响评价公众参与第二次公示

云岭县南山选矿有限公司尾矿干堆技术改造项目环境影响报告书征求意见稿已由华岳生态咨询有限公司编成,现征求公众意见:

(一)建设项目基本情况

项目名称:云岭县南山选矿有限公司尾矿干堆技术改造项目

建设单位:云岭县南山选矿有限公司

建设地点:云岭县南坡乡南山村

建设性质:技改

建设内容:利用原有厂房,新建一座压滤车间,尾矿由湿排改为
"""


def imported(*arguments: str) -> str:
    out = io.StringIO()
    call_command("import_notices", *arguments, stdout=out)
    return out.getvalue()


def listed(*arguments: str) -> list[dict[str, Any]]:
    """Return what the command prints as JSON."""
    return json.loads(imported(*arguments, "--format", "json"))


@pytest.fixture
def page_file(tmp_path: Path) -> str:
    path = tmp_path / "page.txt"
    path.write_text(PAGE, encoding="utf-8")
    return str(path)


@pytest.fixture
def newspaper() -> str:
    """Return the address of the real newspaper page; the samples lie beside the repository."""
    named = os.environ.get("SAMPLES_DIR")
    # The folder of the page, or that of the labelled notices inside it.
    folders = [Path(named), Path(named).parent] if named else [SHARED]
    return str(next(folder / NEWSPAPER for folder in folders if (folder / NEWSPAPER).is_file()))


def messages(report: dict[str, Any]) -> str:
    return " ".join(finding["message"] for finding in report["findings"])


def test_a_dry_run_lists_one_object_a_notice_and_writes_nothing(people, page_file: str) -> None:
    reports = listed(page_file, "--dry-run")
    assert [report["proponent"] for report in reports] == [
        "青石县新桥环保科技有限公司",
        "云岭县南山选矿有限公司",
    ]
    for report in reports:
        assert set(report) >= FIELDS
        assert report["kind"] == "second_round"
        assert report["source"] == page_file
        assert all({"rule", "level", "message"} <= set(finding) for finding in report["findings"])
    assert [report["truncated"] for report in reports] == [False, True]
    assert reports[0]["investment_wan_yuan"] == 2600
    assert reports[0]["missing_items"] == []
    assert not NoticeRecord.objects.exists()


def test_drafts_are_written_once_and_nothing_is_published(people, page_file: str) -> None:
    assert [report["draft"]["created"] for report in listed(page_file)] == [True, True]
    assert [report["draft"]["created"] for report in listed(page_file)] == [False, False]
    pages = NoticePage.objects.order_by("pk")
    assert [page.proponent_name for page in pages] == ["青石县新桥环保科技有限公司", "云岭县南山选矿有限公司"]
    assert not any(page.live for page in pages)
    assert all(open_marks(page) for page in pages)
    assert {page.record.stage for page in pages} == {NoticeStage.DRAFT}
    assert "已存在" in imported(page_file)


def test_a_page_without_a_notice_gives_one_object_and_no_draft(people, tmp_path: Path) -> None:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    [report] = listed(str(path))
    assert report["kind"] == "other"
    assert report["findings"] == []
    assert not NoticePage.objects.exists()


def test_a_file_that_cannot_be_read_is_named_and_the_others_go_on(people, page_file: str) -> None:
    with pytest.raises(CommandError):
        imported("/nowhere/page.txt", page_file)
    assert NoticePage.objects.count() == 2


def test_the_newspaper_page_gives_two_notices_with_their_doubts(people, newspaper: str) -> None:
    anze, fushan = listed(newspaper, "--dry-run")
    assert {anze["kind"], fushan["kind"]} == {"second_round"}
    assert (anze["truncated"], fushan["truncated"]) == (False, True)
    assert anze["proponent"] == "河南开源工程开发有限公司安泽分公司"
    assert anze["consultant"] == "山西中环惠众环保科技有限公司"
    assert anze["project_code"] == "2202-141026-89-05-701804"
    assert anze["investment_wan_yuan"] == 1500
    assert anze["missing_items"] == []
    assert anze["findings"]
    assert fushan["proponent"] == "浮山县东圣选矿有限公司"
    assert fushan["project_code"] == "2106-144027-89-02-635569"
    assert "2106-141027-89-02-635569" in messages(fushan)
    assert {finding["level"] for finding in fushan["findings"]} == {"warn"}


def test_the_anze_text_goes_from_paste_to_a_publishable_notice(sign_in, people, newspaper: str) -> None:
    page = sign_in("li")
    page.locator("main").get_by_role("link", name="新建公示").click()
    page.fill("textarea[name=text]", Path(newspaper).read_text(encoding="utf-8"))
    page.get_by_role("button", name="识别内容").click()
    page.get_by_role("button", name="选这一则").first.click()
    expect_text(page.locator("main"), "找到")
    for missing in ("请上传", "没有地址", "请填写计划公开日期"):
        expect_text(page.locator(".notice-items--block"), missing)
    page.get_by_role("button", name="建立草稿").click()
    open_editor(page)
    expect(page.locator("#id_project_code")).to_have_value("2202-141026-89-05-701804")
    expect(page.locator("#id_division_code")).to_have_value("141026")

    # Each mark goes by its button, by a change of the value, or with all others beside the source.
    findings = part(page, "findings")
    marks = page.locator("[data-edit-form] .notice-mark")
    count = marks.count()
    expect_text(findings, f"还有 {count} 处导入或沿用的内容没有人确认")
    page.get_by_role("button", name="确认项目名称").click()
    expect(marks).to_have_count(count - 1, timeout=SLOWLY)
    with saved_by_itself(page):
        fill(page, contact_phone="0357-7000001")
    expect(marks).to_have_count(count - 2, timeout=SLOWLY)
    page.locator(".notice-mark", has_text="可能受影响的村庄村民").get_by_role("button", name="看原文").click()
    expect(page.locator(".notice-source .is-sought")).to_be_in_viewport()
    page.get_by_role("button", name="全部确认").click()
    expect(marks).to_have_count(0, timeout=SLOWLY)
    expect(findings).not_to_contain_text("没有人确认", timeout=SLOWLY)

    # What is missing is told until it is there.
    page.locator("[data-side-panel-toggle=source]").click()
    rows = page.locator("#id_ways-FORMS [data-inline-panel-child]:visible")
    addresses = {
        "letter": "安泽县府城镇文化街8号 邮编 042500",
        "email": "eia@example.com",
        "visit": "安泽县府城镇文化街8号203室，工作日9:00-17:00",
    }
    with saved_by_itself(page):
        for row in rows.all():
            way = row.locator("select").input_value()
            if way in addresses:
                row.locator("input[name$=address]").fill(addresses[way])
    expect(findings).not_to_contain_text("没有地址", timeout=SLOWLY)
    upload_report(page)
    expect(findings).not_to_contain_text("请上传", timeout=SLOWLY)
    expect_text(findings.locator(".notice-items--block"), "请填写计划公开日期")
    with saved_by_itself(page):
        set_date(page, "planned_date", timezone.localdate())
    expect_text(findings, "法定要件已齐，可以提交核对")
    submit(page)
    expect_text(page.locator(".messages"), "提交")
    assert NoticePage.objects.get().workflow_in_progress
