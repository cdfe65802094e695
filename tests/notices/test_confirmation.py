"""Nothing is published that its 建设单位 has not confirmed word for word; and whoever wrote it does not approve it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from notices.calendars import current_calendar
from notices.confirmations import confirm_by_account, confirm_by_scan, may_confirm
from notices.duties import duties_of
from notices.duty_lists import duties_for
from notices.gate import confirmation_gap, has_written
from notices.ledger.models import Chain, Entry
from notices.models import NoticePage, NoticeStage, PublicationConfirmation
from notices.opinions.models import AccessBasis
from notices.opinions.permissions import may_answer, may_read_contacts
from notices.permissions import OPERATOR_GROUP
from notices.services import approve_notice, chain_key, publish_notice, write_entry
from tests.factories import a_scan, attach_pdf, confirm, make_draft, make_notice
from tests.notices.editor_forms import editor_data
from tests.notices.ledger.tampering import verify_chain
from tests.people import CONSULTANT, People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def draft(people: People) -> NoticePage:
    return make_draft(proponent=people.company_a)


def fresh(page: Any) -> NoticePage:
    return NoticePage.objects.get(pk=page.pk)


def latest(page: Any) -> NoticePage:
    found: NoticePage = fresh(page).get_latest_revision_as_object()
    return found


def post(client: Any, user: Any, page: NoticePage, **changes: Any) -> Any:
    client.force_login(user)
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return client.post(url, editor_data(latest(page), **changes), follow=True)


def submit(client: Any, user: Any, page: NoticePage, **changes: Any) -> Any:
    return post(client, user, page, **{"action-submit": "1", **changes})


def approve(client: Any, user: Any, page: NoticePage, **changes: Any) -> Any:
    act = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    return post(client, user, page, **act, **changes)


def confirmation(page: NoticePage) -> str:
    return reverse("notice_confirmation", args=[page.pk])


def press(client: Any, user: Any, page: NoticePage) -> Any:
    client.force_login(user)
    shown = client.get(confirmation(page)).context["confirmation"].digest
    return client.post(confirmation(page), {"way": "account", "digest": shown}, follow=True)


def entry(page: NoticePage, act: str) -> Entry:
    return Entry.objects.get(chain__key=chain_key(page.record), act=act)


class TestConfirming:
    def test_own_staff_confirms_with_the_box_when_it_submits(
        self, client: Any, people: People, draft: NoticePage
    ) -> None:
        submit(client, people.li, draft, confirms_publication="on")
        written = entry(draft, "confirmed")
        assert (written.role, written.payload["way"]) == ("proponent", "account")
        approve(client, people.op, draft)
        assert fresh(draft).record.stage == NoticeStage.PUBLISHED

    def test_without_it_the_approval_is_refused_with_the_reason(
        self, client: Any, people: People, draft: NoticePage
    ) -> None:
        assert "还差建设单位的公开确认" in submit(client, people.li, draft).content.decode()
        assert "还没有确认公开这份文本" in approve(client, people.op, draft).content.decode()
        assert fresh(draft).record.stage == NoticeStage.DRAFT
        with pytest.raises(ValidationError, match="还没有确认公开"):
            approve_notice(
                page=draft, revision=draft.get_latest_revision(), user=people.op, now=timezone.now()
            )
        press(client, people.li, draft)
        approve(client, people.op, draft)
        assert fresh(draft).record.stage == NoticeStage.PUBLISHED

    def test_a_delegates_box_does_not_count_and_its_scan_does(
        self, client: Any, people: People, draft: NoticePage
    ) -> None:
        submit(client, people.zhao, draft, confirms_publication="on")
        assert not draft.record.confirmations.exists()
        press(client, people.zhao, draft)
        assert not draft.record.confirmations.exists()
        digest = client.get(confirmation(draft)).context["confirmation"].digest
        client.post(confirmation(draft), {"way": "scan", "digest": digest, "scan": a_scan()})
        filed = draft.record.confirmations.get()
        written = entry(draft, "confirmed")
        assert (filed.role, filed.organisation) == ("delegate", CONSULTANT)
        assert written.role == "delegate"
        assert written.payload == {
            "way": "scan",
            "content": digest,
            "scan": filed.sha256,
            "organisation": CONSULTANT,
        }
        approve(client, people.op, draft)
        assert fresh(draft).record.stage == NoticeStage.PUBLISHED
        assert verify_chain(Chain.objects.get(key=chain_key(draft.record))) == []

    @pytest.mark.parametrize("change", ["text", "row", "file"])
    def test_any_later_edit_voids_it_visibly(
        self, client: Any, people: People, draft: NoticePage, change: str
    ) -> None:
        confirm(draft)
        page = latest(draft)
        if change == "file":
            attach_pdf(fresh(draft), pages=["补充说明"])
        else:
            if change == "text":
                page.content += "改动"
            else:
                page.places = [page.places.all()[0]]
            page.save_revision()
        gap = confirmation_gap(draft.record, latest(draft))
        assert "重新确认公开" in gap
        client.force_login(people.op)
        html = client.get(reverse("notice_register:inspect", args=[draft.record.pk])).content.decode()
        assert "已失效" in html
        with pytest.raises(ValidationError, match="重新确认公开"):
            approve_notice(
                page=fresh(draft),
                revision=fresh(draft).get_latest_revision(),
                user=people.op,
                now=timezone.now(),
            )

    def test_saving_without_a_change_keeps_it(self, client: Any, people: People, draft: NoticePage) -> None:
        confirm(draft)
        post(client, people.li, draft)
        assert confirmation_gap(draft.record, latest(draft)) == ""

    def test_a_wording_that_changed_while_it_was_read_is_not_confirmed(
        self, client: Any, people: People, draft: NoticePage
    ) -> None:
        submit(client, people.li, draft)
        response = client.post(confirmation(draft), {"way": "account", "digest": "0" * 64})
        assert "刚刚有改动" in response.content.decode()
        assert not PublicationConfirmation.objects.exists()

    def test_a_draft_that_was_not_submitted_is_not_confirmed_on_the_page(
        self, client: Any, people: People, draft: NoticePage
    ) -> None:
        assert "还没有提交核对" in press(client, people.li, draft).content.decode()
        assert not PublicationConfirmation.objects.exists()

    def test_who_confirms_and_who_reaches_the_page(
        self, client: Any, people: People, draft: NoticePage
    ) -> None:
        names = ("li", "zhao", "rival", "op", "guan", "outsider")
        assert {name for name in names if may_confirm(getattr(people, name), draft)} == {"li"}
        confirm(draft)
        scan = reverse("notice_confirmation_scan", args=[draft.pk, draft.record.confirmations.get().pk])
        sheet = reverse("notice_confirmation_sheet", args=[draft.pk])
        for url in (confirmation(draft), scan, sheet):
            reached = set()
            for name in names:
                client.force_login(getattr(people, name))
                if client.get(url).status_code == 200:
                    reached.add(name)
            assert reached == {"li", "zhao", "op"}, url
        for user in (people.zhao, people.rival, people.op, people.outsider):
            with pytest.raises(PermissionDenied):
                confirm_by_account(notice=latest(draft), user=user, now=timezone.now())
        with pytest.raises(PermissionDenied):
            confirm_by_scan(notice=latest(draft), upload=a_scan(), user=people.rival, now=timezone.now())

    def test_an_approved_notice_whose_confirmation_is_gone_does_not_open(self, people: People) -> None:
        page = make_notice(stage="approved", proponent=people.company_a)
        page.record.confirmations.all().delete()
        with pytest.raises(ValidationError, match="确认公开"):
            publish_notice(record=page.record, now=timezone.now() + timedelta(days=8))

    def test_it_is_a_duty_of_the_proponent_until_it_is_given(
        self, client: Any, people: People, draft: NoticePage
    ) -> None:
        def open_duties() -> list[str]:
            found = duties_of(fresh(draft).record, today=timezone.localdate(), calendar=current_calendar())
            return [duty.label for duty in found if not duty.done]

        submit(client, people.zhao, draft)
        assert "确认公开" in open_duties()
        listed = duties_for(people.li, today=timezone.localdate(), calendar=current_calendar())
        assert "确认公开" in {row.duty.label for row in listed}
        press(client, people.li, draft)
        assert "确认公开" not in open_duties()


class TestDelegates:
    def test_without_a_valid_authorisation_they_draft_but_do_not_submit(
        self, client: Any, people: People, draft: NoticePage
    ) -> None:
        yesterday = timezone.localdate() - timedelta(days=1)
        people.zhao.delegate.consultant.authorisations.update(valid_until=yesterday)
        post(client, people.zhao, draft, content="受托单位改写的内容")
        assert latest(draft).content == "受托单位改写的内容"
        response = submit(client, people.zhao, draft)
        assert "没有有效的授权书" in response.content.decode()
        assert not fresh(draft).workflow_in_progress

    def test_the_last_day_of_an_authorisation_belongs_to_it(
        self, client: Any, people: People, draft: NoticePage
    ) -> None:
        people.zhao.delegate.consultant.authorisations.update(valid_until=timezone.localdate())
        submit(client, people.zhao, draft)
        assert fresh(draft).workflow_in_progress

    def test_they_neither_answer_nor_read_contacts_without_one(self, people: People) -> None:
        page = make_notice(stage="closed", proponent=people.company_a)
        now = timezone.now()
        assert may_answer(people.zhao, page)
        assert may_read_contacts(people.zhao, page.record, AccessBasis.FEEDBACK, now=now)
        people.zhao.delegate.consultant.authorisations.all().delete()
        assert not may_answer(people.zhao, page)
        assert not may_read_contacts(people.zhao, page.record, AccessBasis.FEEDBACK, now=now)
        assert may_answer(people.li, page)

    def test_the_ledger_names_the_organisation_and_no_person(self, people: People, draft: NoticePage) -> None:
        for user in (people.li, people.zhao):
            write_entry(record=draft.record, act="answered", role="proponent", now=timezone.now(), user=user)
        own, theirs = Entry.objects.filter(act="answered").order_by("position")
        assert (own.role, own.payload) == ("proponent", {})
        assert (theirs.role, theirs.payload) == ("delegate", {"organisation": CONSULTANT})

    def test_the_register_entry_says_in_which_capacity_a_file_came(
        self, client: Any, people: People, draft: NoticePage
    ) -> None:
        draft.attachments.update(uploaded_by=people.zhao)
        client.force_login(people.li)
        html = client.get(reverse("notice_register:inspect", args=[draft.record.pk])).content.decode()
        assert f"受托编制单位 {CONSULTANT}上传" in html


class TestFourEyes:
    """Author and approver are never the same person, whatever the path, superusers included."""

    @pytest.fixture(params=["op", "root"])
    def checker(self, request: pytest.FixtureRequest, people: People) -> Any:
        if request.param == "op":
            return people.op
        return get_user_model().objects.create_superuser("root")

    def refused(self, client: Any, checker: Any, page: NoticePage) -> None:
        assert has_written(fresh(page), checker)
        confirm(page)
        approve(client, checker, page)
        with pytest.raises(ValidationError, match="不能核对"):
            approve_notice(
                page=fresh(page),
                revision=fresh(page).get_latest_revision(),
                user=checker,
                now=timezone.now(),
            )
        assert fresh(page).record.stage == NoticeStage.DRAFT

    def test_who_created_or_imported_it(
        self, client: Any, people: People, draft: NoticePage, checker: Any
    ) -> None:
        NoticePage.objects.filter(pk=draft.pk).update(owner=checker)
        page = latest(draft)
        page.owner = checker
        page.save_revision()
        submit(client, people.li, draft)
        self.refused(client, checker, draft)

    def test_who_saved_an_earlier_revision(
        self, client: Any, people: People, draft: NoticePage, checker: Any
    ) -> None:
        post(client, checker, draft, content="管理员改写")
        submit(client, people.li, draft, content="建设单位又改")
        self.refused(client, checker, draft)

    def test_who_edited_it_during_the_check(
        self, client: Any, people: People, draft: NoticePage, checker: Any
    ) -> None:
        submit(client, people.li, draft)
        post(client, checker, draft, content="核对时改写")
        self.refused(client, checker, draft)

    def test_who_put_a_file_on_it(self, client: Any, people: People, draft: NoticePage, checker: Any) -> None:
        draft.attachments.update(uploaded_by=checker)
        submit(client, people.li, draft)
        self.refused(client, checker, draft)

    def test_who_submitted_it(self, client: Any, people: People, draft: NoticePage, checker: Any) -> None:
        submit(client, checker, draft)
        self.refused(client, checker, draft)

    def test_who_changes_it_in_the_act_of_approving(
        self, client: Any, people: People, draft: NoticePage, checker: Any
    ) -> None:
        submit(client, people.li, draft, confirms_publication="on")
        response = approve(client, checker, draft, content="顺手改写")
        assert "核对时不能改动内容" in response.content.decode()
        assert latest(draft).content != "顺手改写"
        approve(client, checker, draft)
        assert fresh(draft).record.stage == NoticeStage.PUBLISHED

    def test_who_saved_without_changing_anything_may_approve(
        self, client: Any, people: People, draft: NoticePage, checker: Any
    ) -> None:
        submit(client, people.li, draft, confirms_publication="on")
        post(client, checker, draft)
        assert not has_written(fresh(draft), checker)
        approve(client, checker, draft)
        assert fresh(draft).record.stage == NoticeStage.PUBLISHED

    def test_own_staff_that_is_an_operator_as_well_is_no_own_staff(
        self, people: People, draft: NoticePage
    ) -> None:
        people.li.groups.add(Group.objects.get(name=OPERATOR_GROUP))
        assert not may_confirm(people.li, draft)
