"""A change of substance: a new notice is drafted and, once public, takes the old one's place."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from notices.corrections import abandon_correction
from notices.models import CorrectionState, NoticePage, NoticeStage
from notices.opinions.answering import answer_opinions
from notices.opinions.models import Outcome
from notices.services import (
    approve_notice,
    publish_due_notices,
)
from tests.factories import attach_pdf, confirm, make_notice
from tests.notices.correcting import NEXT_WEEK, OPENED, assert_chain_holds, begin, entries, fresh
from tests.notices.opinions.helpers import send
from tests.people import People, make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def page(people: People) -> NoticePage:
    return make_notice(proponent=people.company_a, now=OPENED)


def edit_url(page: Any) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


class TestSubstance:
    def new_draft(self, page: NoticePage, people: People) -> NoticePage:
        correction = begin(page, people.li, "substance", NEXT_WEEK)
        assert correction.draft is not None
        return fresh(correction.draft)

    def publish(self, draft: NoticePage, people: People) -> NoticePage:
        attach_pdf(draft, kind="draft_report", pages=["重新编制的报告书"], now=NEXT_WEEK)
        ready = fresh(draft).get_latest_revision_as_object()
        ready.planned_date = ready.signature_date = NEXT_WEEK.date()
        revision = ready.save_revision(user=people.li)
        confirm(draft, now=NEXT_WEEK)
        approve_notice(page=ready, revision=revision, user=people.op, now=NEXT_WEEK)
        return fresh(draft)

    def test_a_copy_is_drafted_with_its_own_code_and_the_same_project(
        self, people: People, page: NoticePage
    ) -> None:
        draft = self.new_draft(page, people)
        assert draft.record.code != page.record.code
        assert draft.record.stage == NoticeStage.DRAFT
        assert (draft.project_id, draft.content) == (fresh(page).project_id, page.content)
        assert draft.planned_date is None
        assert [row.village for row in draft.places.all()] == ["清水沟村", "柳坪村"]
        assert fresh(page).get_lock() is not None

    def test_when_it_is_published_the_old_one_is_superseded_and_both_say_so(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        new = self.publish(self.new_draft(page, people), people)
        old = fresh(page).record
        assert (old.stage, old.superseded_by_id) == (NoticeStage.SUPERSEDED, new.record.pk)
        assert [entry.act for entry in entries(page)][-1] == "superseded"
        assert entries(page)[-1].payload["by"] == new.record.code
        assert entries(new)[-1].payload["notice"] == old.code
        old_html = client.get(f"/n/{old.code}/").content.decode()
        assert f"/n/{new.record.code}/" in old_html
        assert "已被新公示取代" in old_html
        new_html = client.get(f"/n/{new.record.code}/").content.decode()
        assert f"/n/{old.code}/" in new_html
        assert "本公示取代原公示" in new_html
        assert_chain_holds(page)
        assert_chain_holds(new)

    def test_the_old_one_takes_no_opinion_and_those_received_are_answered(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        opinion = send(page, now=OPENED).opinion
        self.publish(self.new_draft(page, people), people)
        response = client.get(f"/n/{page.record.code}/opinion/")
        assert "公示已被新公示取代" in response.content.decode()
        answer = answer_opinions(
            opinions=[opinion],
            outcome=Outcome.NOT_ADOPTED,
            reason="另有说明",
            user=people.li,
            now=NEXT_WEEK,
        )
        opinion.refresh_from_db()
        assert opinion.answer == answer
        assert_chain_holds(page)

    def test_until_then_the_old_one_goes_on(self, people: People, page: NoticePage) -> None:
        self.new_draft(page, people)
        assert send(page, now=NEXT_WEEK).opinion.notice_version == 1
        assert publish_due_notices(now=NEXT_WEEK) == []
        assert fresh(page).record.stage == NoticeStage.PUBLISHED

    @pytest.mark.parametrize("whole_query", [True, False])
    def test_deleting_the_draft_abandons_it(
        self, people: People, page: NoticePage, whole_query: bool
    ) -> None:
        draft = self.new_draft(page, people)
        correction = page.record.open_correction
        if whole_query:
            NoticePage.objects.filter(pk=draft.pk).delete()
        else:
            draft.delete()
        correction.refresh_from_db()
        assert (correction.state, correction.draft) == (CorrectionState.ABANDONED, None)
        begin(page, people.li, "slip", NEXT_WEEK)

    def test_a_draft_let_go_replaces_nothing(self, people: People, page: NoticePage) -> None:
        draft = self.new_draft(page, people)
        abandon_correction(correction=page.record.open_correction, user=people.li, now=NEXT_WEEK)
        self.publish(draft, people)
        assert fresh(page).record.stage == NoticeStage.PUBLISHED

    def test_its_editor_says_what_it_will_replace(
        self, client: Any, people: People, page: NoticePage
    ) -> None:
        draft = self.new_draft(page, people)
        client.force_login(people.li)
        html = client.get(edit_url(draft)).content.decode()
        assert f"本公示公开后取代公示 {page.record.code}" in html
