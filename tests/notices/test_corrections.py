"""The life of a correction: who opens, edits and checks it, what each class allows, and what it leads to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from notices.attachment_services import remove_attachment
from notices.changed_fields import field_label
from notices.corrections import abandon_correction, make_statutory, open_correction
from notices.models import CorrectionState, NoticePage, NoticePlace, NoticeStage
from notices.services import (
    extend_window,
    withdraw_notice,
)
from tests.factories import attach_pdf, make_notice
from tests.notices.correcting import (
    NEXT_WEEK,
    OPENED,
    REASON,
    ZONE,
    assert_chain_holds,
    begin,
    correct,
    edit,
    entries,
    finish,
    fresh,
)
from tests.notices.editor_forms import editor_data
from tests.people import People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
CLOSED = datetime(2026, 3, 17, 0, 0, tzinfo=ZONE)


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    return make_notice(proponent=people.company_a, now=OPENED)


def edit_url(page: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def texts(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


class TestOpening:
    def test_its_own_staff_and_operators_open_one_and_nobody_else_finds_the_way(
        self, client: Any, people: People
    ) -> None:
        answers = {}
        for name in ("li", "op", "rival", "guan", "outsider"):
            page = make_notice(proponent=people.company_a)
            client.force_login(getattr(people, name))
            url = reverse("correction_open", args=[page.record.pk])
            data = {"correction_class": "slip", "reason": REASON}
            client.post(url, data)
            answers[name] = page.record.open_correction is not None
        assert answers == {"li": True, "op": True, "rival": False, "guan": False, "outsider": False}

    def test_the_service_refuses_strangers_whatever_the_view_says(
        self, people: People, page: NoticePage
    ) -> None:
        for user in (people.rival, people.guan, people.outsider, people.stranger):
            with pytest.raises(PermissionDenied):
                begin(page, user)

    def test_it_is_on_offer_in_the_register_to_those_who_may(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        entry = reverse("notice_register:inspect", args=[page.record.pk])
        url = reverse("correction_open", args=[page.record.pk])
        seen = {}
        for name in ("li", "op", "guan"):
            client.force_login(getattr(people, name))
            seen[name] = url in client.get(entry).content.decode()
        assert seen == {"li": True, "op": True, "guan": False}

    @pytest.mark.parametrize("stage", [NoticeStage.DRAFT, NoticeStage.APPROVED, "withdrawn", "historical"])
    def test_only_a_standing_notice_is_corrected(self, people: People, stage: str) -> None:
        page = make_notice(proponent=people.company_a, stage=stage)
        with pytest.raises(ValidationError, match="只有已公开的公示可以更正"):
            begin(page, people.li)

    def test_one_at_a_time_and_never_without_a_reason(self, people: People, page: NoticePage) -> None:
        with pytest.raises(ValidationError, match="请写明更正的原因"):
            open_correction(
                record=page.record, correction_class="slip", reason=" ", user=people.li, now=NEXT_WEEK
            )
        begin(page, people.li, "slip", NEXT_WEEK)
        with pytest.raises(ValidationError, match="已有更正正在办理"):
            begin(page, people.op, "slip", NEXT_WEEK)

    def test_after_closing_a_statutory_item_needs_a_new_notice(
        self, people: People, page: NoticePage
    ) -> None:
        with pytest.raises(ValidationError, match="另行公示"):
            begin(page, people.li, "statutory", CLOSED)
        begin(page, people.li, "statutory", CLOSED - timedelta(seconds=1))

    def test_a_notice_under_correction_is_not_withdrawn(self, people: People, page: NoticePage) -> None:
        begin(page, people.li, now=NEXT_WEEK)
        with pytest.raises(ValidationError, match="请先放弃更正"):
            withdraw_notice(record=page.record, reason="停", user=people.op, now=NEXT_WEEK)


class TestEditor:
    def test_the_lock_lifts_for_the_draft_and_returns(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        client.force_login(people.li)
        assert fresh(page).get_lock() is not None
        correction = begin(page, people.li, "slip")
        assert fresh(page).get_lock() is None
        draft = fresh(page).get_latest_revision_as_object()
        client.post(edit_url(page), editor_data(draft, content="分层填埋，覆土造林。"))
        assert fresh(page).get_latest_revision_as_object().content == "分层填埋，覆土造林。"
        assert fresh(page).content == page.content
        abandon_correction(correction=correction, user=people.li, now=timezone.now())
        assert fresh(page).get_lock() is not None
        assert fresh(page).get_latest_revision_as_object().content == page.content

    def test_an_automatic_save_keeps_the_public_wording(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        client.force_login(people.li)
        begin(page, people.li, "slip")
        data = editor_data(fresh(page), content="分层填埋。")
        response = client.post(edit_url(page), data, headers={"accept": "application/json"})
        assert response.json()["success"]
        part = client.get(reverse("notice_correction", args=[page.pk])).content.decode()
        assert "分层填埋。" in part
        assert page.content in part
        assert fresh(page).content == page.content

    def test_the_banner_names_version_class_consequence_and_the_way_out(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        client.force_login(people.li)
        correction = begin(page, people.li, "slip")
        html = client.get(edit_url(page)).content.decode()
        assert "正在更正第 1 版（文字更正）" in html
        assert "期限不变" in html
        assert REASON in html
        assert reverse("correction_abandon", args=[correction.pk]) in html

    def test_what_is_corrected_is_shown_to_its_own_people_only(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        begin(page, people.li, "slip")
        for user in (people.rival, people.guan, people.outsider):
            client.force_login(user)
            response = client.get(reverse("notice_correction", args=[page.pk]), follow=True)
            assert REASON not in response.content.decode()

    def test_frozen_fields_are_closed_in_the_form(self, client: Any, people: People) -> None:
        page = make_notice(proponent=people.company_a)
        client.force_login(people.li)
        begin(page, people.li)
        assert page.planned_date is not None
        later = page.planned_date + timedelta(days=3)
        forged = {"kind": "first_round", "project_code": "X", "planned_date": str(later)}
        client.post(edit_url(page), editor_data(fresh(page), contact_phone="0357-7000009", **forged))
        draft = fresh(page).get_latest_revision_as_object()
        assert draft.contact_phone == "0357-7000009"
        assert (draft.kind, draft.project_code, draft.planned_date) == (
            page.kind,
            page.project_code,
            page.planned_date,
        )

    def test_a_slip_with_a_statutory_item_is_not_submitted_and_says_what_to_do(
        self, client: Any, people: People
    ) -> None:
        page = make_notice(proponent=people.company_a)
        client.force_login(people.li)
        begin(page, people.li, "slip")
        data = editor_data(fresh(page), public_scope="清水沟村、柳坪村、上沟村。", **{"action-submit": "1"})
        response = client.post(edit_url(page), data, follow=True)
        assert "文字更正不能改动法定事项：征求意见的公众范围" in response.content.decode()
        assert not fresh(page).workflow_in_progress

    def test_from_submission_to_the_next_version_through_the_admin(self, client: Any, people: People) -> None:
        page = make_notice(proponent=people.company_a)
        client.force_login(people.li)
        begin(page, people.li, "slip")
        data = editor_data(
            fresh(page),
            content="分层填埋，覆土造林。",
            confirms_publication="on",
            **{"action-submit": "1"},
        )
        client.post(edit_url(page), data)
        assert fresh(page).workflow_in_progress
        client.force_login(people.op)
        home = client.get(reverse("wagtailadmin_home")).content.decode()
        assert "，更正" in home
        editor = client.get(edit_url(page)).content.decode()
        assert "分层填埋，覆土造林。" in editor
        assert page.content in editor
        data = editor_data(fresh(page).get_latest_revision_as_object())
        data |= {"action-workflow-action": "true", "workflow-action-name": "approve"}
        response = client.post(edit_url(page), data, follow=True)
        assert "现行为第 2 版" in texts(response)
        data.pop("kind")  # the editor closes the field, so a browser does not send it
        assert client.post(edit_url(page), data).status_code == 200
        assert fresh(page).record.version == 2
        assert fresh(page).content == "分层填埋，覆土造林。"
        assert fresh(page).record.version == 2
        assert not fresh(page).has_unpublished_changes
        assert fresh(page).get_lock() is not None

    def test_whoever_had_a_hand_in_it_does_not_approve_it(self, client: Any, people: People) -> None:
        page = make_notice(proponent=people.company_a)
        begin(page, people.op, "slip")
        client.force_login(people.li)
        data = editor_data(fresh(page), content="分层填埋。", **{"action-submit": "1"})
        client.post(edit_url(page), data)
        client.force_login(people.op)
        data = editor_data(fresh(page).get_latest_revision_as_object())
        data |= {"action-workflow-action": "true", "workflow-action-name": "approve"}
        response = client.post(edit_url(page), data, follow=True)
        assert "不能核对自己的更正" in response.content.decode()
        assert fresh(page).record.version == 1
        with pytest.raises(ValidationError, match="不能核对自己的更正"):
            finish(page, people.op)

    def test_abandoning_ends_a_check_under_way(self, client: Any, people: People) -> None:
        page = make_notice(proponent=people.company_a)
        client.force_login(people.li)
        correction = begin(page, people.li, "slip")
        data = editor_data(fresh(page), content="分层填埋。", **{"action-submit": "1"})
        client.post(edit_url(page), data)
        client.post(reverse("correction_abandon", args=[correction.pk]))
        correction.refresh_from_db()
        assert correction.state == CorrectionState.ABANDONED
        assert not fresh(page).workflow_in_progress
        assert not fresh(page).has_unpublished_changes

    def test_another_proponent_neither_abandons_nor_turns_it(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        correction = begin(page, people.li, "slip", NEXT_WEEK)
        for name in ("rival", "guan", "outsider"):
            client.force_login(getattr(people, name))
            for act in ("correction_abandon", "correction_statutory"):
                client.post(reverse(act, args=[correction.pk]))
            with pytest.raises(PermissionDenied):
                abandon_correction(correction=correction, user=getattr(people, name), now=NEXT_WEEK)
        correction.refresh_from_db()
        assert (correction.state, correction.correction_class) == ("open", "slip")


class TestSlip:
    def test_it_is_logged_and_leaves_the_window_alone(self, people: People, page: NoticePage) -> None:
        before = page.record.last_day
        change = correct(page, people, "slip", NEXT_WEEK, content="分层填埋，覆土造林。")
        record = fresh(page).record
        assert (record.version, record.last_day, record.revision_id) == (2, before, change.revision_id)
        assert (change.change_class, change.changed_fields, change.new_last_day) == (
            "slip",
            ["content"],
            None,
        )
        entry = next(entry for entry in entries(page) if entry.act == "corrected")
        assert (entry.payload["class"], entry.payload["version"]) == ("slip", 2)
        assert entry.payload["attachments"]
        assert_chain_holds(page)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("public_scope", "上沟村。"),
            ("contact_phone", "0357-7000009"),
            ("signature_date", OPENED.date() + timedelta(days=1)),
            ("requested_last_day", OPENED.date() + timedelta(days=40)),
            ("filing_date", OPENED.date() - timedelta(days=9)),
        ],
    )
    def test_statutory_items_and_dates_are_refused(
        self, people: People, page: NoticePage, name: str, value: Any
    ) -> None:
        with pytest.raises(ValidationError, match="文字更正不能改动法定事项"):
            correct(page, people, "slip", NEXT_WEEK, **{name: value})
        assert fresh(page).record.version == 1

    def test_rows_of_the_five_items_are_refused(self, people: People, page: NoticePage) -> None:
        begin(page, people.li, "slip", NEXT_WEEK)
        draft = fresh(page).get_latest_revision_as_object()
        draft.places.add(NoticePlace(village="上沟村", division_code="141026"))
        draft.save_revision(user=people.li)
        with pytest.raises(ValidationError, match=field_label("places")):
            finish(page, people.op, NEXT_WEEK)

    def test_files_are_refused_until_it_becomes_a_statutory_change(
        self, people: People, page: NoticePage
    ) -> None:
        correction = begin(page, people.li, "slip", NEXT_WEEK)
        with pytest.raises(ValidationError, match="文字更正不能增减附件"):
            attach_pdf(page, pages=["更正后的图件"], now=NEXT_WEEK)
        make_statutory(correction=correction, user=people.li, now=NEXT_WEEK)
        attach_pdf(page, pages=["更正后的图件"], now=NEXT_WEEK)
        assert finish(page, people.op, NEXT_WEEK).change_class == "statutory"

    def test_a_correction_without_a_change_is_refused(self, people: People, page: NoticePage) -> None:
        begin(page, people.li, "slip", NEXT_WEEK)
        with pytest.raises(ValidationError, match="没有改动任何内容"):
            finish(page, people.op, NEXT_WEEK)

    def test_it_may_still_be_mended_after_closing(self, people: People, page: NoticePage) -> None:
        assert correct(page, people, "slip", CLOSED, content="分层填埋。").version == 2


class TestStatutory:
    def test_the_window_gets_a_full_term_from_the_corrected_page(
        self, people: People, page: NoticePage
    ) -> None:
        assert page.record.last_day.isoformat() == "2026-03-16"
        change = correct(page, people, now=NEXT_WEEK, contact_phone="0357-7000009")
        record = fresh(page).record
        assert record.last_day.isoformat() == "2026-03-23"
        assert change.old_last_day.isoformat() == "2026-03-16"
        assert change.new_last_day == record.last_day
        assert entries(page)[-1].payload["last_day"] == "2026-03-23"
        assert_chain_holds(page)

    def test_a_later_end_stands(self, people: People, page: NoticePage) -> None:
        end = OPENED.date() + timedelta(days=60)
        extend_window(record=page.record, last_day=end, reason="应村民要求", user=people.op, now=OPENED)
        change = correct(page, people, now=NEXT_WEEK, contact_phone="0357-7000009")
        assert fresh(page).record.last_day == end
        assert change.new_last_day is None

    @pytest.mark.parametrize(
        ("name", "value", "reason"),
        [
            ("kind", "pre_approval", "已经固定"),
            ("project_code", "2202-141026-89-05-701804", "已经固定"),
            ("planned_date", OPENED.date() + timedelta(days=1), "已经固定"),
            ("art31_simplified", True, "已经固定"),
            ("requested_last_day", OPENED.date() + timedelta(days=13), "截止日期只能推后"),
        ],
    )
    def test_what_no_correction_may_touch(
        self, people: People, page: NoticePage, name: str, value: Any, reason: str
    ) -> None:
        with pytest.raises(ValidationError, match=reason):
            correct(page, people, now=NEXT_WEEK, **{name: value})
        assert fresh(page).record.version == 1

    def test_the_rules_judge_the_corrected_wording(self, people: People, page: NoticePage) -> None:
        with pytest.raises(ValidationError, match="范围"):
            correct(page, people, now=NEXT_WEEK, public_scope="")

    def test_one_that_waits_too_long_is_refused_after_closing(self, people: People, page: NoticePage) -> None:
        begin(page, people.li, now=NEXT_WEEK)
        edit(page, people.li, contact_phone="0357-7000009")
        with pytest.raises(ValidationError, match="征求意见已经截止"):
            finish(page, people.op, CLOSED)

    def test_the_project_is_kept_when_the_name_is_mended(self, people: People, page: NoticePage) -> None:
        project = fresh(page).project_id
        correct(page, people, "slip", NEXT_WEEK, project_name="清水沟矿区生态修复工程")
        assert fresh(page).project_id == project
        assert fresh(page).title.startswith("清水沟矿区生态修复工程")

    def test_without_the_report_it_is_not_published(self, people: People, page: NoticePage) -> None:
        begin(page, people.li, now=NEXT_WEEK)
        remove_attachment(attachment=page.attachments.get())
        with pytest.raises(ValidationError, match="报告书"):
            finish(page, people.op, NEXT_WEEK)
        assert fresh(page).files().count() == 1
