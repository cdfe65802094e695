"""Journey 2: a proponent completes a draft and submits it, an operator approves, it opens on its date."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from notices.judgement import findings_for
from notices.models import Attachment, NoticePage, NoticeStage, PaperPlace
from notices.services import publish_due_notices
from notices.statutory.rules import Level
from tests.factories import attach_pdf, make_draft, make_notice
from tests.notices.editor_forms import editor_data
from tests.pdf import make_pdf
from tests.people import People, make_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> People:
    return make_people()


def fresh(page: Any) -> NoticePage:
    return NoticePage.objects.get(pk=page.pk)


def edit_url(page: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def texts(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def incomplete(people: People, **fields: Any) -> NoticePage:
    return make_draft(proponent=people.company_a, **{"public_scope": "", **fields})


def submit(client: Any, page: NoticePage, **changes: Any) -> Any:
    """Submit with the box of confirmation ticked, which counts for the proponent's own staff."""
    changes = {"action-submit": "1", "confirms_publication": "on", **changes}
    data = editor_data(fresh(page).get_latest_revision_as_object(), **changes)
    return client.post(edit_url(page), data, follow=True)


def task_state(page: NoticePage) -> Any:
    return fresh(page).current_workflow_task_state


class TestDrafting:
    def test_a_new_notice_starts_with_the_proponents_name_and_signature(
        self, client: Any, people: People
    ) -> None:
        client.force_login(people.li)
        response = client.get(
            reverse("wagtailadmin_pages:add", args=["notices", "noticepage", people.company_a.pk])
        )
        form = response.context["form"]
        assert form["proponent_name"].value() == people.company_a.title
        assert form["signature_unit"].value() == people.company_a.title

    def test_a_first_draft_with_nothing_but_a_name_is_saved_and_the_open_items_are_counted(
        self, client: Any, people: People
    ) -> None:
        client.force_login(people.li)
        url = reverse("wagtailadmin_pages:add", args=["notices", "noticepage", people.company_a.pk])
        response = client.post(url, editor_data(NoticePage(project_name="青松沟项目")), follow=True)
        page = NoticePage.objects.get(project_name="青松沟项目")
        assert not page.live
        assert page.record.stage == NoticeStage.DRAFT
        assert "项必须补正" in texts(response)

    def test_the_checklist_names_rule_article_and_what_to_do(self, client: Any, people: People) -> None:
        page = incomplete(people)
        client.force_login(people.li)
        html = client.get(reverse("notice_findings", args=[page.pk])).content.decode()
        assert "还有" in html
        assert "第十条" in html
        assert "公众范围" in html
        assert 'href="#id_public_scope"' in html

    def test_the_window_is_proposed_in_words_with_the_strip(self, client: Any, people: People) -> None:
        page = make_draft(proponent=people.company_a)
        client.force_login(people.li)
        html = client.get(edit_url(page)).content.decode()
        assert "推算的截止日" in html
        assert "strip__days" in html

    def test_an_automatic_save_answers_json_and_the_checklist_follows_it(
        self, client: Any, people: People
    ) -> None:
        page = incomplete(people)
        client.force_login(people.li)
        data = editor_data(page, public_scope="清水沟村村民和单位。")
        answer = client.post(edit_url(page), data, headers={"accept": "application/json"})
        assert json.loads(answer.content)["success"]
        html = client.get(reverse("notice_findings", args=[page.pk])).content.decode()
        assert "法定要件已齐" in html

    def test_rows_typed_at_submission_are_saved_once(self, client: Any, people: People) -> None:
        page = make_draft(proponent=people.company_a)
        draft = page.get_latest_revision_as_object()
        draft.paper_places.add(
            PaperPlace(address="唐城镇政府二楼便民大厅", hours="工作日", contact="王工 0357-7000002")
        )
        client.force_login(people.li)
        client.post(edit_url(page), editor_data(draft, **{"action-submit": "1"}))
        saved = fresh(page)
        assert saved.workflow_in_progress
        assert [place.address for place in saved.get_latest_revision_as_object().paper_places.all()].count(
            "唐城镇政府二楼便民大厅"
        ) == 1


class TestSubmission:
    def test_a_blocking_finding_stops_it_beside_its_field_and_nothing_typed_is_lost(
        self, client: Any, people: People
    ) -> None:
        page = incomplete(people)
        client.force_login(people.li)
        response = submit(client, page, content="刚刚写下的内容")
        assert response.status_code == 200
        assert response.context["form"].errors["public_scope"]
        assert "刚刚写下的内容" in response.content.decode()
        assert not fresh(page).workflow_in_progress

    def test_a_missing_paper_place_is_told_above_its_rows(self, client: Any, people: People) -> None:
        page = make_draft(proponent=people.company_a)
        draft = page.get_latest_revision_as_object()
        draft.paper_places = []
        draft.save_revision()
        client.force_login(people.li)
        response = submit(client, page)
        assert response.context["form"].formsets["paper_places"].non_form_errors()
        assert not fresh(page).workflow_in_progress

    def test_a_planned_date_that_has_passed_is_refused_at_its_field(
        self, client: Any, people: People
    ) -> None:
        page = make_draft(proponent=people.company_a)
        client.force_login(people.li)
        yesterday = timezone.localdate() - timedelta(days=1)
        response = submit(client, page, planned_date=yesterday.isoformat())
        assert "planned_date" in response.context["form"].errors

    def test_a_complete_notice_goes_to_the_operator(self, client: Any, people: People) -> None:
        page = make_draft(proponent=people.company_a)
        client.force_login(people.li)
        submit(client, page)
        assert fresh(page).workflow_in_progress
        client.force_login(people.op)
        home = client.get(reverse("wagtailadmin_home")).content.decode()
        assert "待形式核对" in home
        assert page.project_name in home


class TestApproval:
    def submitted(self, client: Any, people: People, **fields: Any) -> NoticePage:
        page = make_draft(proponent=people.company_a, **fields)
        client.force_login(people.li)
        submit(client, page)
        client.force_login(people.op)
        return fresh(page)

    def approve(self, client: Any, page: NoticePage) -> Any:
        data = editor_data(page.get_latest_revision_as_object())
        data |= {"action-workflow-action": "true", "workflow-action-name": "approve"}
        return client.post(edit_url(page), data, follow=True)

    def approve_from_dashboard(self, client: Any, page: NoticePage, **headers: str) -> Any:
        url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task_state(page).pk])
        return client.post(url, follow=True, headers=headers)

    def test_in_the_editor_it_fixes_the_date_and_says_so(self, client: Any, people: People) -> None:
        planned = timezone.localdate() + timedelta(days=7)
        page = self.submitted(client, people, planned_on=planned)
        response = self.approve(client, page)
        record = fresh(page).record
        assert record.stage == NoticeStage.APPROVED
        assert record.planned_on == planned
        assert "由系统自动公开" in texts(response)
        assert not fresh(page).live

    def test_on_the_planned_date_it_opens_by_itself(self, client: Any, people: People) -> None:
        page = self.submitted(client, people, planned_on=timezone.localdate() + timedelta(days=7))
        self.approve(client, page)
        assert publish_due_notices(now=timezone.now()) == []
        assert not fresh(page).live
        assert publish_due_notices(now=timezone.now() + timedelta(days=7)) == []
        assert fresh(page).live

    def test_from_the_dashboard_with_todays_date_it_is_open_at_once(
        self, client: Any, people: People
    ) -> None:
        page = self.submitted(client, people)
        response = self.approve_from_dashboard(client, page)
        assert response.status_code == 200
        assert fresh(page).record.stage == NoticeStage.PUBLISHED
        assert fresh(page).live
        assert "24:00 截止" in texts(response)

    def block(self, page: NoticePage) -> None:
        Attachment.objects.filter(notice=page).delete()

    def test_it_is_not_on_offer_while_something_blocks(self, client: Any, people: People) -> None:
        page = self.submitted(client, people)
        assert 'data-workflow-action-name="approve"' in client.get(edit_url(page)).content.decode()
        self.block(page)
        assert 'data-workflow-action-name="approve"' not in client.get(edit_url(page)).content.decode()

    def test_forged_while_something_blocks_it_is_refused_with_the_reason_in_both_places(
        self, client: Any, people: People
    ) -> None:
        page = self.submitted(client, people)
        self.block(page)
        for response in (self.approve(client, page), self.approve_from_dashboard(client, page)):
            assert response.status_code == 200
            assert "报告书征求意见稿" in response.content.decode()
            assert fresh(page).record.stage == NoticeStage.DRAFT
        answer = self.approve_from_dashboard(client, page, **{"x-requested-with": "XMLHttpRequest"})
        assert json.loads(answer.content)["redirect"] == edit_url(page)

    def test_nobody_approves_what_he_submitted(self, client: Any, people: People) -> None:
        page = make_draft(proponent=people.company_a)
        client.force_login(people.op)
        submit(client, page)
        for response in (self.approve(client, page), self.approve_from_dashboard(client, page)):
            assert response.status_code == 200
            assert "提交过这份公示的人不能核对它" in response.content.decode()
        assert fresh(page).record.stage == NoticeStage.DRAFT

    def test_the_proponent_cannot_approve(self, client: Any, people: People) -> None:
        page = self.submitted(client, people)
        client.force_login(people.li)
        self.approve_from_dashboard(client, page)
        assert fresh(page).record.stage == NoticeStage.DRAFT


class TestAttachments:
    def add(self, client: Any, page: NoticePage, content: bytes, name: str = "报告书.pdf") -> Any:
        upload = SimpleUploadedFile(name, content)
        data = {"kind": "draft_report", "title": "", "upload": upload, "redaction_note": ""}
        return client.post(reverse("notice_attachment_add", args=[page.pk]), data, follow=True)

    def test_a_report_is_uploaded_listed_and_deleted(self, client: Any, people: People) -> None:
        page = make_draft(proponent=people.company_a)
        page.attachments.all().delete()
        client.force_login(people.li)
        self.add(client, page, make_pdf(["第一页 总则", "第二页 工程分析"]))
        attachment = page.attachments.get()
        assert attachment.pages == 2
        assert "2 页" in client.get(reverse("notice_attachments", args=[page.pk])).content.decode()
        client.post(reverse("notice_attachment_delete", args=[attachment.pk]))
        assert not page.attachments.exists()

    def test_a_file_that_is_no_pdf_is_refused_beside_the_field(self, client: Any, people: People) -> None:
        page = make_draft(proponent=people.company_a)
        client.force_login(people.li)
        response = self.add(client, page, b"plain words")
        assert response.context["form"].errors["upload"]
        assert page.attachments.count() == 1

    def test_scanned_pages_are_warned_of_in_plain_words(self, client: Any, people: People) -> None:
        page = make_draft(proponent=people.company_a)
        attachment = attach_pdf(page, pages=["一页"])
        Attachment.objects.filter(pk=attachment.pk).update(pages_without_text=[12, 13, 14, 40])
        client.force_login(people.li)
        shown = client.get(reverse("notice_attachments", args=[page.pk])).content.decode()
        assert "第12至14、40页是扫描图像" in shown
        assert attachment.sha256 in shown

    def test_personal_data_in_a_file_blocks_until_it_is_covered(self, client: Any, people: People) -> None:
        page = make_draft(proponent=people.company_a)
        client.force_login(people.li)
        own = page.contact_phone
        attach_pdf(page, pages=[f"联系电话 {own}，村民王五 13812345678，110105194912310021"])
        assert attach_pdf(page, pages=["身份证号 11010519491231002X"]).personal_data == [
            {"sample": "1101**********002X", "pages": [1]}
        ]
        shown = client.get(reverse("notice_attachments", args=[page.pk])).content.decode()
        assert "第1页 138****5678" in shown
        assert "13812345678" not in shown
        found = [finding for finding in findings_for(page) if finding.rule_id == "L22"]
        assert [finding.level for finding in found] == [Level.BLOCK]
        assert "138****5678" in found[0].message

    def test_the_notices_own_mobile_number_in_the_report_is_no_personal_datum(self, people: People) -> None:
        page = make_draft(proponent=people.company_a, contact_phone="13900001234")
        attach_pdf(page, pages=["建设单位联系电话 13900001234"])
        assert not [finding for finding in findings_for(page) if finding.rule_id == "L22"]

    def test_a_file_with_a_script_is_refused_beside_the_field(self, client: Any, people: People) -> None:
        page = make_draft(proponent=people.company_a)
        client.force_login(people.li)
        content = make_pdf(["一页"]).replace(
            b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (x) >>"
        )
        response = self.add(client, page, content)
        assert "脚本" in str(response.context["form"].errors["upload"])
        assert page.attachments.count() == 1

    def test_files_are_fixed_during_the_check_and_afterwards(self, client: Any, people: People) -> None:
        page = make_draft(proponent=people.company_a)
        client.force_login(people.li)
        submit(client, page)
        response = self.add(client, page, make_pdf(["又一页"]))
        assert "不能再增减附件" in texts(response)
        published = make_notice(proponent=people.company_a, project_name="另一个项目")
        assert "不能再增减附件" in texts(self.add(client, published, make_pdf(["又一页"])))
        assert published.attachments.count() == 1
