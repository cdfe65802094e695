"""The next round of a project takes over what stays the same and asks anew for what does not."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from notices.marks import open_marks
from notices.models import NoticePage, NoticeStage
from notices.rounds import previous_rounds, start_next_round
from tests.factories import make_draft, make_notice
from tests.people import People, make_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def first_round(people: People) -> NoticePage:
    return make_notice(
        proponent=people.company_a,
        kind="first_round",
        project_code="2202-141026-89-05-701804",
        filing_date=date(2022, 2, 22),
    )


def test_a_first_round_leads_to_a_draft_report_notice_of_the_same_project(
    people: People, first_round: NoticePage
) -> None:
    page = start_next_round(record=first_round.record, user=people.li)
    assert (page.kind, page.project, page.live) == ("draft_report", first_round.project, False)
    assert page.record.code != first_round.record.code
    assert page.record.copied_from == first_round.record
    for name in (
        "project_name",
        "project_code",
        "location",
        "content",
        "contact_phone",
        "public_scope",
        "filing_date",
    ):
        assert getattr(page, name) == getattr(first_round, name), name
    for rows in ("places", "paper_places", "ways"):
        assert [str(row) for row in getattr(page, rows).all()] == [
            str(row) for row in getattr(first_round, rows).all()
        ]
    assert first_round.places.count() == 2


def test_dates_files_and_signature_date_are_asked_anew(people: People, first_round: NoticePage) -> None:
    page = start_next_round(record=first_round.record, user=people.li)
    assert (page.planned_date, page.requested_last_day, page.signature_date) == (None, None, None)
    assert not page.attachments.exists()


def test_every_value_taken_over_is_marked(people: People, first_round: NoticePage) -> None:
    page = start_next_round(record=first_round.record, user=people.li)
    marks = open_marks(page.get_latest_revision_as_object())
    paths = {field.path.split(":")[0] for field in marks}
    assert {"project_name", "contact_phone", "public_scope", "places", "paper_places", "ways"} <= paths
    assert "kind" not in paths
    assert len([field for field in marks if field.path.startswith("ways:")]) == 3
    assert {field.get_origin_display() for field in marks} == {"沿用上一轮"}


def test_before_approval_nobody_is_asked_any_more(people: People) -> None:
    record = make_notice(proponent=people.company_a).record
    page = start_next_round(record=record, user=people.li)
    assert page.kind == "pre_approval"
    assert (page.public_scope, page.ways.count(), page.paper_places.count()) == ("", 0, 0)
    assert page.places.count() == 2


def test_masked_contacts_of_a_historical_record_are_not_taken_over(people: People) -> None:
    record = make_notice(stage="historical", proponent=people.company_a, kind="first_round").record
    page = start_next_round(record=record, user=people.li)
    assert (page.contact_name, page.contact_phone, page.ways.count()) == ("", "", 0)
    assert page.project_name == record.page.project_name


@pytest.mark.parametrize(
    ("stage", "kind"),
    [("draft", "first_round"), ("published", "pre_approval"), ("withdrawn", "draft_report")],
)
def test_what_no_round_follows_is_refused_and_not_on_offer(people: People, stage: str, kind: str) -> None:
    fields: dict[str, Any] = {"kind": kind, "proponent": people.company_a}
    if kind == "pre_approval":
        record = make_draft(**fields).record
        record.stage = NoticeStage.PUBLISHED
    else:
        record = make_notice(stage=stage, **fields).record
    assert not previous_rounds(people.company_a).exists()
    with pytest.raises(ValidationError):
        start_next_round(record=record, user=people.li)


class TestTheDoor:
    def url(self, people: People) -> str:
        return reverse("notice_start_copy", args=[people.company_a.pk])

    def test_the_proponent_chooses_a_round_and_lands_in_the_new_draft(
        self, client: Any, people: People, first_round: NoticePage
    ) -> None:
        client.force_login(people.li)
        response = client.post(self.url(people), {"notice": first_round.record.pk})
        page = NoticePage.objects.exclude(pk=first_round.pk).get()
        assert response.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
        html = client.get(response.url).content.decode()
        assert "沿用上一轮，未确认" in html
        assert f"来自公示 {first_round.record.code}" in html

    def test_nothing_chosen_asks_again(self, client: Any, people: People, first_round: NoticePage) -> None:
        client.force_login(people.li)
        assert "请选择上一轮公示" in client.post(self.url(people), {}).content.decode()

    def test_another_proponents_notice_cannot_be_taken(self, client: Any, people: People) -> None:
        theirs = make_notice(proponent=people.company_b, kind="first_round")
        client.force_login(people.li)
        client.post(self.url(people), {"notice": theirs.record.pk})
        assert NoticePage.objects.count() == 1

    def test_rival_officer_and_outsider_are_turned_away(
        self, client: Any, people: People, first_round: NoticePage
    ) -> None:
        for name in ("rival", "guan", "outsider"):
            client.force_login(getattr(people, name))
            client.post(self.url(people), {"notice": first_round.record.pk})
        assert NoticePage.objects.count() == 1

    def test_wagtails_copy_leads_here_with_the_round_chosen(
        self, client: Any, people: People, first_round: NoticePage
    ) -> None:
        client.force_login(people.li)
        copy = reverse("wagtailadmin_pages:copy", args=[first_round.pk])
        html = client.get(copy, follow=True).content.decode()
        assert "公示不整份复制" in html
        assert re.search(rf'<input type="radio"[^>]*value="{first_round.record.pk}"[^>]* checked', html)
        data = {"new_title": "副本", "new_slug": "copy", "new_parent_page": people.company_a.pk}
        client.post(copy, data)
        assert NoticePage.objects.count() == 1
