"""Staff: who sees which opinions, who reads contacts and when, answering and recording in the admin."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.search import index

from notices.models import Authorisation, NoticePage
from notices.opinions import admin_views, models
from notices.opinions.access import read_contacts
from notices.opinions.models import AccessBasis, ContactAccess, Opinion
from notices.opinions.permissions import (
    answerable_notices,
    bases_for,
    may_answer,
    notices_with_contacts,
    visible_opinions,
)
from notices.services import close_windows
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PERSON, PUBLISHED, send
from tests.people import make_people

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

DURING = PUBLISHED + timedelta(days=3)
AFTER = END + timedelta(hours=2)
EVERYBODY = ("li", "rival", "op", "guan", "outsider", "stranger")
TEXT = "担心清水沟的井水。"


@pytest.fixture
def page():
    return make_notice(now=PUBLISHED)


@pytest.fixture
def people(page):
    return make_people()


@pytest.fixture
def opinion(page):
    return send(page, TEXT, now=PUBLISHED).opinion


def client_of(user) -> Client:
    client = Client()
    if user.is_authenticated:
        client.force_login(user)
    return client


def test_each_person_reads_page_one_of_their_own_part(people, opinion) -> None:
    readers = {name for name in EVERYBODY if visible_opinions(getattr(people, name)).exists()}
    assert readers == {"li", "op", "guan"}


def test_an_officer_of_another_county_reads_nothing(people, opinion) -> None:
    people.office.division_codes = ["141027"]
    people.office.save()
    assert not visible_opinions(people.guan).exists()


@pytest.mark.parametrize("who", EVERYBODY)
def test_the_register_shows_the_text_only_to_its_readers_and_contacts_to_nobody(people, opinion, who) -> None:
    client = client_of(getattr(people, who))
    with time_machine.travel(DURING, tick=False):
        listing = client.get(reverse("opinion_register:index"))
        entry = client.get(reverse("opinion_register:inspect", args=[opinion.pk]))
    shown = listing.status_code == 200 and TEXT in listing.content.decode()
    assert shown == (who in {"li", "op", "guan"})
    assert (entry.status_code == 200) == shown
    for response in (listing, entry):
        assert PERSON.contact not in response.content.decode()
        assert PERSON.name not in response.content.decode()


def test_the_list_costs_no_query_a_row(people, page, django_assert_max_num_queries) -> None:
    client = client_of(people.li)
    with time_machine.travel(DURING, tick=False):
        for _ in range(3):
            send(page, TEXT, now=PUBLISHED)
        client.get(reverse("opinion_register:index"))
        with django_assert_max_num_queries(60) as few:
            client.get(reverse("opinion_register:index"))
        for _ in range(12):
            send(page, TEXT, now=PUBLISHED)
        with django_assert_max_num_queries(len(few.captured_queries)):
            client.get(reverse("opinion_register:index"))


def test_the_register_is_filtered_and_searched_in_the_database(people, page, opinion) -> None:
    send(page, "完全不同的文字", now=PUBLISHED)
    client = client_of(people.li)
    address = reverse("opinion_register:index")
    with time_machine.travel(DURING, tick=False):
        found = client.get(address, {"q": "井水"}).content.decode()
        late = client.get(address, {"timeliness": "late"}).content.decode()
        answered = client.get(address, {"state": "unanswered", "channel": "web"}).content.decode()
    assert TEXT in found
    assert "完全不同的文字" not in found
    assert "没有符合条件的意见" in late
    assert TEXT in answered


def test_numbers_typed_into_the_text_are_masked_in_the_list(people, page) -> None:
    send(page, "打我电话13900000077或邮箱zhen@example.com，身份证11010519491231002X", now=PUBLISHED)
    with time_machine.travel(DURING, tick=False):
        listing = client_of(people.guan).get(reverse("opinion_register:index")).content.decode()
    assert "139****0077" in listing
    for value in ("13900000077", "zhen@example.com", "11010519491231002X"):
        assert value not in listing


def grounds(people, page, moment):
    return {
        name: set(bases_for(getattr(people, name), page.record, now=moment))
        for name in EVERYBODY
        if bases_for(getattr(people, name), page.record, now=moment)
    }


def test_who_may_read_contacts_when(people, page) -> None:
    during = {"li": {AccessBasis.MEETING}, "op": {AccessBasis.EXCEPTION}}
    assert grounds(people, page, DURING) == during
    assert grounds(people, page, END + timedelta(minutes=29)) == during
    after = {"li": {AccessBasis.MEETING, AccessBasis.FEEDBACK}, "op": {AccessBasis.EXCEPTION}}
    assert grounds(people, page, AFTER) == after
    project = page.record.page.project
    project.approval_authority = people.office
    project.save()
    page.refresh_from_db()
    assert grounds(people, page, AFTER) == {**after, "guan": {AccessBasis.REQUEST}}
    project.submitted_on = AFTER.date()
    project.save()
    page.refresh_from_db()
    assert grounds(people, page, AFTER)["guan"] == {AccessBasis.REQUEST, AccessBasis.REVIEW}


@pytest.mark.parametrize("who", ["rival", "guan", "outsider"])
def test_nobody_else_reads_contacts(people, opinion, who) -> None:
    for basis in AccessBasis:
        with pytest.raises(PermissionDenied):
            read_contacts(
                opinions=[opinion], user=getattr(people, who), basis=basis, reason="想看一看", now=AFTER
            )
    assert not ContactAccess.objects.exists()


def test_reading_contacts_needs_a_reason_and_is_recorded(people, page, opinion) -> None:
    close_windows(now=AFTER)
    with pytest.raises(ValidationError):
        read_contacts(opinions=[opinion], user=people.li, basis=AccessBasis.FEEDBACK, reason=" ", now=AFTER)
    assert not ContactAccess.objects.exists()
    opened = read_contacts(
        opinions=[opinion], user=people.li, basis=AccessBasis.FEEDBACK, reason="电话反馈结果", now=AFTER
    )
    assert opened[opinion.pk] == PERSON
    access = ContactAccess.objects.get()
    assert (access.read_by, list(access.opinions.all())) == (people.li, [opinion])


def test_contacts_are_shown_in_the_admin_after_closing_with_a_reason(people, page, opinion) -> None:
    client = client_of(people.li)
    address = reverse("opinions_contacts", args=[page.pk])
    data = {"opinions": [opinion.pk], "basis": "feedback", "reason": "电话反馈处理结果"}
    with time_machine.travel(DURING, tick=False):
        refused = client.post(address, data)
        assert PERSON.contact not in refused.content.decode()
    with time_machine.travel(AFTER, tick=False):
        assert PERSON.contact not in client.get(address).content.decode()
        shown = client.post(address, data)
        assert PERSON.contact in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
        assert client_of(people.rival).post(address, data).status_code in (302, 403)
    assert ContactAccess.objects.count() == 1


def test_one_answer_is_given_to_several_opinions_in_the_admin(people, page, opinion) -> None:
    second = send(page, "同样的担心。", now=PUBLISHED).opinion
    address = reverse("opinions_answer", args=[page.pk])
    data = {"opinions": [opinion.pk, second.pk], "outcome": "not_adopted", "reason": ""}
    client = client_of(people.li)
    with time_machine.travel(AFTER, tick=False):
        assert TEXT in client.get(address, {"opinion": opinion.pk}).content.decode()
        assert "未采纳请说明理由" in client.post(address, data).content.decode()
        assert Opinion.objects.filter(answer=None).count() == 2
        client.post(address, {**data, "reason": "水井在影响范围以外，见第 5 章。"})
        assert Opinion.objects.filter(answer__outcome="not_adopted").count() == 2
        for name in ("rival", "guan", "outsider", "op"):
            assert client_of(getattr(people, name)).post(address, data).status_code in (302, 403)


def test_an_opinion_of_another_notice_cannot_be_slipped_into_an_answer(people, page, opinion) -> None:
    other = send(make_notice(now=PUBLISHED, project_name="另一个项目"), "别处", now=PUBLISHED).opinion
    data = {"opinions": [other.pk], "outcome": "not_adopted", "reason": "理由"}
    with time_machine.travel(AFTER, tick=False):
        client_of(people.li).post(reverse("opinions_answer", args=[page.pk]), data)
    assert Opinion.objects.get(pk=other.pk).answer is None


def test_a_letter_is_recorded_once_in_the_admin(people, page) -> None:
    address = reverse("opinions_record", args=[page.pk])
    client = client_of(people.li)
    with time_machine.travel(DURING, tick=False):
        form = client.get(address)
        data = {
            "channel": "letter",
            "received_at": "2026-03-04 10:00",
            "postmarked_on": "2026-03-03",
            "text": "来信原文",
            "kind": "person",
            "contact": "安泽县某村 3 号",
            "form_key": form.context["form"]["form_key"].value(),
        }
        client.post(address, data)
        client.post(address, data)
        wrong = client.post(address, {**data, "received_at": "2026-12-04 10:00", "form_key": "x"})
    opinion = Opinion.objects.get()
    assert (opinion.channel, opinion.transcriber, opinion.commenter.contact_kind) == (
        "letter",
        people.li,
        "postal",
    )
    assert "不能晚于现在" in wrong.content.decode()


def test_the_list_of_notices_offers_each_person_their_acts(people, page, opinion) -> None:
    address = reverse("opinions_notices")
    with time_machine.travel(AFTER, tick=False):
        own = client_of(people.li).get(address).content.decode()
        officer = client_of(people.guan).get(address).content.decode()
        rival = client_of(people.rival).get(address).content.decode()
    assert reverse("opinions_desk", args=[page.pk]) in own
    assert reverse("opinions_desk", args=[page.pk]) not in officer
    assert page.record.code in officer
    assert page.record.code not in rival


@pytest.mark.parametrize("authorised", [True, False])
def test_lists_of_notices_say_the_same_as_the_question_about_each(people, page, authorised) -> None:
    project = page.record.page.project
    project.approval_authority = people.office
    project.save()
    make_notice(proponent=people.company_b, now=PUBLISHED)
    if not authorised:
        Authorisation.objects.update(valid_until=AFTER.date() - timedelta(days=1))
    with time_machine.travel(AFTER, tick=False):
        for name in (*EVERYBODY, "zhao"):
            user = getattr(people, name)
            notices = list(NoticePage.objects.all())
            answered = [notice for notice in notices if may_answer(user, notice)]
            readable = [notice for notice in notices if bases_for(user, notice.record, now=AFTER)]
            assert list(answerable_notices(user)) == answered, name
            assert list(notices_with_contacts(user)) == readable, name
            assert bool(answered) == (name in {"li", "rival"} or (authorised and name == "zhao"))


@pytest.mark.parametrize("who", ["li", "zhao", "op", "guan"])
def test_the_list_of_notices_costs_no_query_a_row_and_is_paged(
    people, page, opinion, who, monkeypatch, django_assert_max_num_queries
) -> None:
    client, address = client_of(getattr(people, who)), reverse("opinions_notices")
    with time_machine.travel(AFTER, tick=False):
        client.get(address)
        with django_assert_max_num_queries(130) as few:
            client.get(address)
        for _number in range(2):
            send(make_notice(proponent=people.company_a, now=PUBLISHED), TEXT, now=PUBLISHED)
        with django_assert_max_num_queries(len(few.captured_queries)):
            listed = client.get(address).content.decode()
        assert page.record.code in listed
        monkeypatch.setattr(admin_views, "NOTICES_PER_PAGE", 2)
        assert page.record.code not in client.get(address).content.decode()
        assert page.record.code in client.get(address, {"page": 2}).content.decode()


def test_no_model_of_opinions_is_indexed() -> None:
    for name in models.__all__:
        model = getattr(models, name)
        assert not (isinstance(model, type) and issubclass(model, index.Indexed)), name
