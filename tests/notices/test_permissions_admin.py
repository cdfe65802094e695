"""Who sees and does what in the admin: named people, the rival and the outsider among them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.menu import admin_menu
from wagtail.models import Page

from notices.admin_guards import choosable_pages
from notices.models import EvidenceFile, NewspaperInsertion, NoticePage, NoticeRecord, NoticeStage
from notices.permissions import can_see_notice_in_admin, editable_notices, visible_records
from notices.registers import RecordViewSet
from tests.factories import make_draft, make_notice
from tests.pdf import make_pdf
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
NAMES = ("li", "rival", "op", "guan", "outsider")


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def draft(people: People) -> NoticePage:
    return make_draft(proponent=people.company_a, project_name="清水沟项目")


@pytest.fixture
def published(people: People) -> NoticePage:
    return make_notice(proponent=people.company_a, project_name="柳坪项目")


def who(people: People, question: Any) -> set[str]:
    """Return the names of those for whom the question is answered yes."""
    return {name for name in NAMES if question(getattr(people, name))}


def reaches(client: Any, people: People, url: str) -> set[str]:
    """Return the names of those who get the page itself, neither a redirect nor an error."""

    def asks(user: Any) -> bool:
        client.force_login(user)
        return bool(client.get(url).status_code == 200)

    return who(people, asks)


def test_drafts_are_seen_by_their_proponent_and_the_operator(people: People, draft: NoticePage) -> None:
    assert who(people, lambda user: can_see_notice_in_admin(user, draft)) == {"li", "op"}
    assert who(people, lambda user: editable_notices(user).filter(pk=draft.pk).exists()) == {"li", "op"}
    assert not can_see_notice_in_admin(people.stranger, draft)


def test_the_register_shows_each_person_his_part(
    people: People, draft: NoticePage, published: NoticePage
) -> None:
    records = NoticeRecord.objects.all()
    assert who(people, lambda user: visible_records(records, user).filter(page=draft).exists()) == {
        "li",
        "op",
    }
    assert who(people, lambda user: visible_records(records, user).filter(page=published).exists()) == {
        "li",
        "op",
        "guan",
    }
    assert not visible_records(records, people.stranger).exists()


def test_an_officer_of_another_county_sees_nothing(people: People, published: NoticePage) -> None:
    people.office.division_codes = ["141027"]
    people.office.save()
    assert not visible_records(NoticeRecord.objects.all(), people.guan).exists()
    people.office.division_codes = ["141000"]
    people.office.save()
    assert visible_records(NoticeRecord.objects.all(), people.guan).count() == 1


def test_the_views_of_a_draft(client: Any, people: People, draft: NoticePage) -> None:
    for url in (
        reverse("wagtailadmin_pages:edit", args=[draft.pk]),
        reverse("notice_findings", args=[draft.pk]),
        reverse("notice_attachments", args=[draft.pk]),
        reverse("notice_attachment_add", args=[draft.pk]),
        reverse("notice_attachment_delete", args=[draft.attachments.get().pk]),
        reverse("notice_register:inspect", args=[draft.record.pk]),
    ):
        assert reaches(client, people, url) == {"li", "op"}, url


def test_the_register_entry_of_a_published_notice_is_read_by_its_bureau_too(
    client: Any, people: People, published: NoticePage
) -> None:
    url = reverse("notice_register:inspect", args=[published.record.pk])
    assert reaches(client, people, url) == {"li", "op", "guan"}


def test_the_list_names_only_what_the_person_may_see(
    client: Any, people: People, draft: NoticePage, published: NoticePage
) -> None:
    seen = {}
    for name in NAMES:
        client.force_login(getattr(people, name))
        html = client.get(reverse("notice_register:index")).content.decode()
        seen[name] = (draft.project_name in html, published.project_name in html)
    assert seen == {
        "li": (True, True),
        "rival": (False, False),
        "op": (True, True),
        "guan": (False, True),
        "outsider": (False, False),
    }


def test_the_list_is_filtered_by_state_and_county(
    client: Any, people: People, draft: NoticePage, published: NoticePage
) -> None:
    client.force_login(people.op)
    index = reverse("notice_register:index_results")
    assert published.project_name not in client.get(index, {"state": "draft"}).content.decode()
    assert published.project_name in client.get(index, {"state": "open"}).content.decode()
    in_county = client.get(index, {"county": "141026"}).content.decode()
    assert published.project_name in in_county


def test_the_register_has_no_view_that_changes_it(published: NoticePage) -> None:
    assert {pattern.name for pattern in RecordViewSet().get_urlpatterns()} == {
        "index",
        "index_results",
        "inspect",
    }


def test_attachments_of_a_draft_are_sent_to_its_people_and_of_a_public_notice_to_all(
    client: Any, people: People, draft: NoticePage, published: NoticePage
) -> None:
    def url(page: NoticePage) -> str:
        attachment = page.attachments.get()
        return reverse("attachment", args=[page.notice_code, attachment.pk, attachment.file_name])

    assert reaches(client, people, url(draft)) == {"li", "op"}
    assert reaches(client, people, url(published)) == set(NAMES)


def test_the_page_explorer_and_search_show_no_rivals_drafts(
    client: Any, people: People, draft: NoticePage
) -> None:
    parent = reverse("wagtailadmin_explore", args=[people.company_a.pk])
    search = reverse("wagtailadmin_pages:search") + "?q=清水沟"
    for name in NAMES:
        client.force_login(getattr(people, name))
        for url in (parent, search):
            html = client.get(url, follow=True).content.decode()
            shown = f"/admin/pages/{draft.pk}/" in html
            assert not shown or name in {"li", "op"}, (name, url)
    client.force_login(people.li)
    assert f"/admin/pages/{draft.pk}/" in client.get(parent).content.decode()


def test_the_page_chooser_shows_no_rivals_drafts(client: Any, people: People, draft: NoticePage) -> None:
    assert who(
        people, lambda user: choosable_pages(Page.objects.all(), user).filter(pk=draft.pk).exists()
    ) == {
        "li",
        "op",
    }
    url = reverse("wagtailadmin_choose_page_child", args=[people.company_a.pk])
    search = reverse("wagtailadmin_choose_page_search") + "?q=清水沟"
    for name in ("rival", "guan"):
        client.force_login(getattr(people, name))
        assert "清水沟" not in client.get(url).content.decode()
        assert "清水沟项目" not in client.get(search).content.decode()


def test_each_role_finds_in_the_menu_what_it_has_a_use_for(people: People) -> None:
    def menu(user: Any) -> set[str]:
        request = RequestFactory().get(reverse("wagtailadmin_home"))
        request.user = user
        return {item.name for item in admin_menu.menu_items_for_request(request)}

    wagtails = {"explorer", "images", "documents", "reports", "settings", "help"}
    assert menu(people.guan) & wagtails == set()
    assert menu(people.li) & wagtails == {"explorer"}
    assert {"explorer", "settings"} <= menu(people.op)
    registers = {item.label for item in admin_menu.registered_menu_items if item.name not in wagtails}
    assert "公示登记" in {str(label) for label in registers}


class TestEvidence:
    def record(self, client: Any, page: NoticePage, **files: Any) -> Any:
        data = {
            "notice": page.pk,
            "newspaper": "临汾日报",
            "published_on": "2026-11-20",
            "issue": "",
            "note": "",
            **files,
        }
        return client.post(reverse("newspaperinsertion:add"), data, follow=True)

    def test_it_is_filed_with_its_files_while_the_notice_is_locked(
        self, client: Any, people: People, published: NoticePage
    ) -> None:
        client.force_login(people.li)
        scan = SimpleUploadedFile("版面.pdf", make_pdf(["报纸版面"]))
        self.record(client, published, new_files=[scan])
        insertion = NewspaperInsertion.objects.get()
        assert insertion.recorded_by == people.li
        assert insertion.files.get().file_name == "版面.pdf"

    def test_nobody_files_it_on_anothers_notice(
        self, client: Any, people: People, published: NoticePage
    ) -> None:
        for name in ("rival", "guan", "outsider"):
            client.force_login(getattr(people, name))
            self.record(client, published)
        assert not NewspaperInsertion.objects.exists()

    def test_a_bad_file_is_refused_beside_its_field(
        self, client: Any, people: People, published: NoticePage
    ) -> None:
        client.force_login(people.li)
        response = self.record(client, published, new_files=[SimpleUploadedFile("a.exe", b"MZ\x00\x01")])
        assert response.context["form"].errors["new_files"]
        assert not NewspaperInsertion.objects.exists()

    def test_who_sees_changes_and_opens_it(self, client: Any, people: People, published: NoticePage) -> None:
        client.force_login(people.li)
        self.record(client, published, new_files=[SimpleUploadedFile("版面.pdf", make_pdf(["报纸版面"]))])
        insertion, file = NewspaperInsertion.objects.get(), EvidenceFile.objects.get()
        edit = reverse("newspaperinsertion:edit", args=[insertion.pk])
        look = reverse("newspaperinsertion:inspect", args=[insertion.pk])
        assert reaches(client, people, edit) == {"li", "op"}
        assert reaches(client, people, look) == {"li", "op", "guan"}
        assert reaches(client, people, reverse("evidence_file", args=[file.pk, file.file_name])) == {
            "li",
            "op",
            "guan",
        }
        client.force_login(people.rival)
        assert "临汾日报" not in client.get(reverse("newspaperinsertion:index")).content.decode()
        client.force_login(people.li)
        assert client.post(reverse("newspaperinsertion:delete", args=[insertion.pk])).status_code == 404


class TestActs:
    def url(self, page: NoticePage, name: str) -> str:
        return reverse("notice_act", args=[page.record.pk, name])

    def test_only_operators_reach_them(self, client: Any, people: People, published: NoticePage) -> None:
        for name in ("extend", "withdraw"):
            assert reaches(client, people, self.url(published, name)) == {"op"}

    def test_an_operator_withdraws_with_a_public_reason(
        self, client: Any, people: People, published: NoticePage
    ) -> None:
        client.force_login(people.op)
        assert client.post(self.url(published, "withdraw"), {"reason": ""}).context["form"].errors["reason"]
        client.post(self.url(published, "withdraw"), {"reason": "建设方案重大调整。"})
        record = NoticeRecord.objects.get(page=published)
        assert (record.stage, record.withdrawal_reason) == (NoticeStage.WITHDRAWN, "建设方案重大调整。")

    def test_a_window_is_only_extended(self, client: Any, people: People, published: NoticePage) -> None:
        client.force_login(people.op)
        last_day = published.record.last_day
        earlier = {"last_day": timezone.localdate().isoformat(), "reason": "张贴晚了。"}
        assert client.post(self.url(published, "extend"), earlier).context["form"].errors["last_day"]
        later = last_day.replace(year=last_day.year + 1)
        client.post(self.url(published, "extend"), {"last_day": later.isoformat(), "reason": "张贴晚了。"})
        assert NoticeRecord.objects.get(page=published).last_day == later

    def test_an_approval_is_revoked_and_the_draft_is_open_again(self, client: Any, people: People) -> None:
        page = make_notice(stage=NoticeStage.APPROVED, proponent=people.company_a)
        client.force_login(people.op)
        client.post(self.url(page, "revoke"), {"reason": "附件有误。"})
        page = NoticePage.objects.get(pk=page.pk)
        assert page.record.stage == NoticeStage.DRAFT
        assert page.get_lock() is None

    def test_an_incomplete_draft_becomes_a_historical_record_for_operators_only(
        self, client: Any, people: People
    ) -> None:
        page = make_draft(proponent=people.company_a, public_scope="", planned_on=None)
        data = {"published_on": "2022-03-17", "basis": "报纸版面日期"}
        client.force_login(people.li)
        client.post(self.url(page, "history"), data)
        assert not NoticePage.objects.get(pk=page.pk).live
        client.force_login(people.op)
        client.post(self.url(page, "history"), data)
        page = NoticePage.objects.get(pk=page.pk)
        assert page.live
        assert page.record.historical

    def test_an_act_that_the_stage_does_not_allow_is_refused_with_a_message(
        self, client: Any, people: People, draft: NoticePage
    ) -> None:
        client.force_login(people.op)
        response = client.get(self.url(draft, "withdraw"), follow=True)
        assert "不能办理" in " ".join(str(message) for message in response.context["messages"])


@pytest.mark.parametrize(
    "address",
    [
        "images/",
        "images/add/",
        "images/chooser/",
        "documents/",
        "documents/multiple/add/",
        "documents/chooser/",
    ],
)
def test_the_libraries_that_no_page_uses_are_closed_to_superusers_too(client: Any, address: str) -> None:
    client.force_login(get_user_model().objects.create_superuser("root", password="root"))
    response = client.get(f"/admin/{address}")
    assert (response.status_code, response.url) == (302, "/admin/")
    assert "/admin/documents/" not in client.get("/admin/").content.decode()
