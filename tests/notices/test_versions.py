"""Files belong to versions, earlier versions stay readable, and the public log says what changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.search.backends import get_search_backend

from notices.archive.editions import editions_of
from notices.archive.models import ArchiveFile
from notices.attachment_services import remove_attachment
from notices.corrections import abandon_correction
from notices.models import Attachment, AttachmentKind, NoticePage
from notices.services import extend_window
from search.models import PageText
from search.query import SearchRequest, search
from search.services import extract_attachment, index_attachment
from tests.factories import attach_pdf, make_notice
from tests.notices.correcting import REASON, begin, correct, edit, finish, fresh
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
OLD_WORDS, NEW_WORDS = "监测井三眼", "监测井五眼"


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    return make_notice(proponent=people.company_a, report_pages=[OLD_WORDS])


def file_url(page: NoticePage, file: Attachment) -> str:
    return reverse("attachment", args=[page.record.code, file.pk, file.file_name])


def page_url(page: NoticePage, file: Attachment) -> str:
    return reverse("report_page", args=[page.record.code, file.pk, 1])


def replace_report(page: NoticePage) -> tuple[Attachment, Attachment]:
    """Take the report off the draft of a correction and put another there."""
    old = page.attachments.get()
    remove_attachment(attachment=old)
    new = attach_pdf(page, kind=AttachmentKind.DRAFT_REPORT, pages=[NEW_WORDS], title="报告书（更正）")
    old.refresh_from_db()
    return old, new


def shown(client: Any, url: str) -> str:
    html: str = client.get(url).content.decode()
    return html


def found(words: str) -> int:
    return search(SearchRequest(text=words), now=timezone.now()).pages


class TestFiles:
    def test_a_file_of_a_correction_is_for_its_own_people_until_it_is_applied(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        begin(page, people.li)
        old, new = replace_report(page)
        statuses = {}
        for name in ("li", "op", "rival", "guan", "outsider", None):
            client.logout()
            if name:
                client.force_login(getattr(people, name))
            statuses[name] = {client.get(url(page, new)).status_code for url in (file_url, page_url)}
        assert statuses == {
            "li": {200},
            "op": {200},
            "rival": {404},
            "guan": {404},
            "outsider": {404},
            None: {404},
        }
        html = shown(client, f"/n/{page.record.code}/")
        assert file_url(page, old) in html
        assert file_url(page, new) not in html

    def test_afterwards_the_old_one_stays_with_the_old_version(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        begin(page, people.li)
        old, new = replace_report(page)
        finish(page, people.op)
        html = shown(client, f"/n/{page.record.code}/")
        assert file_url(page, new) in html
        assert file_url(page, old) not in html
        earlier = shown(client, f"/n/{page.record.code}/v/1/")
        assert file_url(page, old) in earlier
        assert file_url(page, new) not in earlier
        response = client.get(file_url(page, old))
        assert (response.status_code, response["X-Robots-Tag"]) == (200, "noindex")
        assert "X-Robots-Tag" not in client.get(file_url(page, new))
        assert "旧版" in shown(client, page_url(page, old))
        assert "旧版" not in shown(client, page_url(page, new))

    def test_abandoning_drops_what_was_added_and_keeps_what_was_there(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        correction = begin(page, people.li)
        old, new = replace_report(page)
        abandon_correction(correction=correction, user=people.li, now=timezone.now())
        assert list(page.attachments.all()) == [old]
        assert list(fresh(page).files()) == [old]
        assert client.get(file_url(page, new)).status_code == 404

    def test_a_file_put_in_the_draft_and_taken_off_again_leaves_nothing(
        self, people: People, page: NoticePage
    ) -> None:
        begin(page, people.li)
        added = attach_pdf(page, pages=["图件"])
        remove_attachment(attachment=added)
        assert page.attachments.count() == 1

    def test_search_finds_the_pages_of_the_version_now_public_only(
        self, people: People, page: NoticePage
    ) -> None:
        begin(page, people.li)
        old, new = replace_report(page)
        for file in (old, new):
            extract_attachment(attachment=file, now=timezone.now())
            index_attachment(attachment=Attachment.objects.get(pk=file.pk))
        assert (found(OLD_WORDS), found(NEW_WORDS)) == (1, 0)
        finish(page, people.op)
        assert (found(OLD_WORDS), found(NEW_WORDS)) == (0, 0)  # hidden at once, whatever the index holds
        for file in (old, new):
            index_attachment(attachment=Attachment.objects.get(pk=file.pk))
        assert (found(OLD_WORDS), found(NEW_WORDS)) == (0, 1)
        indexed = get_search_backend().search(OLD_WORDS, PageText.objects.all())
        assert [hit.attachment_id for hit in indexed] == [new.pk] * len(indexed)

    def test_the_index_follows_a_correction_by_itself(
        self, people: People, page: NoticePage, django_capture_on_commit_callbacks: Any
    ) -> None:
        begin(page, people.li)
        with django_capture_on_commit_callbacks(execute=True):
            replace_report(page)
        assert found(NEW_WORDS) == 0
        with django_capture_on_commit_callbacks(execute=True):
            finish(page, people.op)
        assert (found(OLD_WORDS), found(NEW_WORDS)) == (0, 1)

    def test_each_archive_holds_the_files_and_words_of_its_version(
        self, people: People, page: NoticePage
    ) -> None:
        begin(page, people.li)
        old, new = replace_report(page)
        edit(page, people.li, contact_phone="0357-7000009")
        finish(page, people.op)
        extend_window(
            record=fresh(page).record,
            last_day=timezone.localdate() + timedelta(days=90),
            reason="应村民要求",
            user=people.op,
            now=timezone.now(),
        )
        contexts = [edition.context() for edition in editions_of(fresh(page).record)]
        assert [context["attachments"] for context in contexts] == [[old], [new], [new]]
        assert [context["page"].contact_phone for context in contexts] == [
            page.contact_phone,
            "0357-7000009",
            "0357-7000009",
        ]
        assert [context["record"].version for context in contexts] == [1, 2, 2]


class TestOldVersions:
    def test_each_says_what_it_is_and_takes_no_opinion(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        correct(page, people, contact_phone="0357-7000009")
        correct(page, people, "slip", content="分层填埋，覆土造林。")
        code = page.record.code
        first = client.get(f"/n/{code}/v/1/")
        html = first.content.decode()
        assert "这是第 1 版" in html
        assert "现行为第 3 版" in html
        assert page.contact_phone in html
        assert "0357-7000009" not in html
        assert f"/n/{code}/opinion/" not in html
        assert first["X-Robots-Tag"] == "noindex"
        second = shown(client, f"/n/{code}/v/2/")
        assert "0357-7000009" in second
        assert "分层填埋，覆土造林。" not in second

    def test_the_present_version_has_the_short_address_and_others_do_not_exist(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        correct(page, people, "slip", content="分层填埋。")
        code = page.record.code
        assert client.get(f"/n/{code}/v/2/")["Location"] == f"/n/{code}/"
        assert [client.get(f"/n/{code}/v/{number}/").status_code for number in (0, 3)] == [404, 404]

    @pytest.mark.parametrize("stage", ["draft", "approved"])
    def test_before_publication_there_is_none(self, client: Any, people: People, stage: str) -> None:
        page = make_notice(proponent=people.company_a, stage=stage)
        client.force_login(people.li)
        assert client.get(f"/n/{page.record.code}/v/1/").status_code == 404

    def test_a_correction_in_progress_is_not_public(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        begin(page, people.li)
        edit(page, people.li, contact_phone="0357-7000009")
        code = page.record.code
        assert "0357-7000009" not in shown(client, f"/n/{code}/")
        assert client.get(f"/n/{code}/v/2/").status_code == 404

    def test_the_log_names_class_reason_fields_and_leads_back(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        correct(page, people, contact_phone="0357-7000009")
        html = shown(client, f"/n/{page.record.code}/")
        for words in ("变更记录", "法定事项变更", REASON, "改动：联系电话", "现行为第 2 版"):
            assert words in html
        assert f"/n/{page.record.code}/v/1/" in html

    def test_the_log_leads_to_the_frozen_pdf_before_the_change(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        correct(page, people, "slip", content="分层填埋。")
        url = reverse("archive_file", args=[page.record.code, 1])
        assert url not in shown(client, f"/n/{page.record.code}/")
        ArchiveFile.objects.create(
            notice=page,
            version=1,
            notice_version=1,
            as_of=timezone.now(),
            sha256="0" * 64,
            size=1,
            pages=1,
            ledger_position=1,
            ledger_head="0" * 64,
            created_at=timezone.now(),
        )
        assert url in shown(client, f"/n/{page.record.code}/")

    def test_the_public_page_costs_the_same_after_one_correction_as_after_three(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        counts = []
        for number in (1, 2, 3):
            correct(page, people, "slip", content=f"第{number}稿。")
            shown(client, f"/n/{page.record.code}/")
            with CaptureQueriesContext(connection) as captured:
                shown(client, f"/n/{page.record.code}/")
            counts.append(len(captured))
        assert counts[0] == counts[2]
