"""Registering for a meeting: easy for residents, sealed, chosen with a principle, erased when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from notices.ledger.models import Entry
from notices.meeting_services import cancel_meeting
from notices.models import Meeting
from notices.opinions import throttle
from notices.opinions.form_tokens import new_token
from notices.opinions.models import DataKey, KeyPurpose, MeetingRegistration, RegistrationAccess
from notices.opinions.registrations import Registrant, erase_old_registrations, read_names, register
from notices.statutory.window import deadline
from tests.factories import make_notice
from tests.notices.opinions.helpers import hidden
from tests.notices.test_meetings import announced, plan
from tests.people import People, make_people
from tests.stored_rows import stored_rows

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NAME, CONTACT = "钟离稀见", "13987650123"


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def meeting(people: People) -> Meeting:
    return announced(make_notice(proponent=people.company_a), people)


def address(meeting: Meeting, name: str = "meeting_registration") -> str:
    return reverse(name, args=[meeting.notice.record.code, meeting.pk])


def fill_in(client: Any, meeting: Meeting, **fields: str) -> Any:
    token = new_token(meeting.notice.record.code, now=timezone.now()).sign()
    data = {"token": token, "name": NAME, "contact": CONTACT, "village": "清水沟村", **fields}
    return client.post(address(meeting), data)


def test_a_resident_registers_and_looks_up_what_became_of_it(client: Any, meeting: Meeting) -> None:
    response = fill_in(client, meeting, occupation="务农")
    registration = MeetingRegistration.objects.get()
    assert registration.number in response.content.decode()
    code = response.context["code"]
    found = client.post(address(meeting, "meeting_lookup"), {"number": registration.number, "code": code})
    assert "尚未选定" in found.content.decode()
    wrong = client.post(address(meeting, "meeting_lookup"), {"number": registration.number, "code": "1" * 12})
    assert "对不上" in wrong.content.decode()


def test_the_same_form_registers_once(client: Any, meeting: Meeting) -> None:
    token = new_token(meeting.notice.record.code, now=timezone.now()).sign()
    first, second = (fill_in(client, meeting, token=token) for _time in range(2))
    assert first.context["code"] == second.context["code"]
    assert MeetingRegistration.objects.count() == 1


@pytest.fixture
def empty_queue() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.mark.usefixtures("empty_queue")
def test_our_own_queue_makes_nobody_late(client: Any, meeting: Meeting, monkeypatch: Any) -> None:
    monkeypatch.setattr(throttle, "FREE_SUBMISSIONS", 1)
    monkeypatch.setattr(throttle, "SECONDS_A_SUBMISSION", 61.0)
    assert meeting.registration_until
    sent = deadline(meeting.registration_until) - timedelta(seconds=30)
    with time_machine.travel(sent, tick=False) as clock:
        token = new_token(meeting.notice.record.code, now=sent).sign()
        fill_in(client, meeting)
        waiting = fill_in(client, meeting, token=token)
        clock.shift(62)
        fill_in(client, meeting, token=token, turn=hidden(waiting.content.decode(), "turn"))
        fill_in(client, meeting)
    assert list(MeetingRegistration.objects.values_list("registered_at", flat=True)) == [sent, sent]


def test_what_was_typed_is_shown_again_with_what_to_do(client: Any, meeting: Meeting) -> None:
    html = fill_in(client, meeting, contact="1398765", affected="吃自家井水").content.decode()
    assert "手机号码应为 11 位" in html
    assert "吃自家井水" in html
    assert not MeetingRegistration.objects.exists()


def test_a_script_that_fills_every_field_is_not_taken(client: Any, meeting: Meeting) -> None:
    fill_in(client, meeting, website="spam")
    assert not MeetingRegistration.objects.exists()


def test_nobody_registers_before_the_notice_or_after_the_last_day(
    client: Any, people: People, meeting: Meeting
) -> None:
    assert client.get(address(plan(meeting.notice))).status_code == 404
    Meeting.objects.filter(pk=meeting.pk).update(registration_until=timezone.localdate() - timedelta(days=1))
    assert "报名已截止" in fill_in(client, meeting).content.decode()
    assert not MeetingRegistration.objects.exists()


def test_name_and_contact_lie_nowhere_in_plain(client: Any, people: People, meeting: Meeting) -> None:
    fill_in(client, meeting)
    for alias in ("default", "keys"):
        rows = dict(stored_rows(alias))
        assert rows
        assert not [table for table, held in rows.items() if NAME in held or CONTACT in held]


def test_staff_read_names_with_a_reason_that_is_kept(client: Any, people: People, meeting: Meeting) -> None:
    fill_in(client, meeting)
    client.force_login(people.li)
    url = reverse("meeting_names", args=[meeting.pk])
    assert NAME not in client.get(url).content.decode()
    refused = client.post(url, {"reason": "看"}).content.decode()
    assert NAME not in refused
    opened = client.post(url, {"reason": "通知参会"})
    assert NAME in opened.content.decode()
    assert "no-store" in opened["Cache-Control"]
    access = RegistrationAccess.objects.get()
    assert (access.read_by, access.count, access.reason) == (people.li, 1, "通知参会")


@pytest.mark.parametrize("name", ["rival", "op", "guan", "outsider"])
def test_nobody_else_reads_chooses_or_keys_in(
    client: Any, people: People, meeting: Meeting, name: str
) -> None:
    fill_in(client, meeting)
    client.force_login(getattr(people, name))
    for act in ("names", "select", "register"):
        response = client.post(reverse(f"meeting_{act}", args=[meeting.pk]), {"reason": "想看一看"})
        assert response.status_code in (302, 403)
    assert not RegistrationAccess.objects.exists()


def test_the_bureau_sees_numbers_and_villages_only(client: Any, people: People, meeting: Meeting) -> None:
    fill_in(client, meeting)
    client.force_login(people.guan)
    html = client.get(reverse("meeting_registrations", args=[meeting.pk])).content.decode()
    assert "清水沟村 1" in html
    assert NAME not in html
    client.force_login(people.rival)
    assert client.get(reverse("meeting_registrations", args=[meeting.pk])).status_code in (302, 403)


def test_representatives_are_chosen_by_a_public_principle_without_names(
    client: Any, people: People, meeting: Meeting
) -> None:
    code = fill_in(client, meeting).context["code"]
    chosen = MeetingRegistration.objects.get()
    client.force_login(people.li)
    data = {"chosen": [chosen.pk], "principle": "每村按报名先后选取，兼顾职业。"}
    client.post(reverse("meeting_select", args=[meeting.pk]), data)
    client.logout()
    public = client.get(reverse("meeting", args=[meeting.notice.record.code, meeting.pk])).content.decode()
    assert "每村按报名先后选取" in public
    assert NAME not in public
    found = client.post(address(meeting, "meeting_lookup"), {"number": chosen.number, "code": code})
    assert "您已被选为参会人员" in found.content.decode()


def test_staff_key_in_who_registered_by_telephone(client: Any, people: People, meeting: Meeting) -> None:
    client.force_login(people.li)
    url = reverse("meeting_register", args=[meeting.pk])
    key = client.get(url).context["form"]["form_key"].value()
    data = {
        "form_key": key,
        "name": NAME,
        "contact": CONTACT,
        "capacity": "expert",
        "channel": "phone",
        "village": "",
    }
    client.post(url, data)
    client.post(url, data)
    registration = MeetingRegistration.objects.get()
    assert (registration.capacity, registration.recorded_by) == ("expert", people.li)


def test_sixty_days_after_the_meeting_only_the_numbers_stay(people: People, meeting: Meeting) -> None:
    now = timezone.now()
    register(
        meeting=meeting,
        registrant=Registrant(name=NAME, contact=CONTACT),
        village="柳坪村",
        form_key="a",
        now=now,
    )
    cancel_meeting(meeting=meeting, reason="项目调整。", user=people.li, now=now)
    assert erase_old_registrations(now=now + timedelta(days=59)) == 0
    assert erase_old_registrations(now=now + timedelta(days=61)) == 1
    assert erase_old_registrations(now=now + timedelta(days=62)) == 0
    rows = read_names(meeting=meeting, only_selected=False, reason="核对人数", user=people.li, now=now)
    assert [(row.village, person) for row, person in rows] == [("柳坪村", None)]


def test_an_erasure_that_was_broken_off_is_made_up_for_with_its_entry(
    meeting: Meeting, people: People, monkeypatch: Any
) -> None:
    now = timezone.now()
    for number in range(2):
        register(
            meeting=meeting,
            registrant=Registrant(name=NAME, contact=CONTACT),
            village="柳坪村",
            form_key=f"key-{number}",
            now=now,
        )
    cancel_meeting(meeting=meeting, reason="项目调整。", user=people.li, now=now)

    def cut(**kwargs: Any) -> None:
        raise KeyboardInterrupt

    later = now + timedelta(days=61)
    with monkeypatch.context() as patch:
        patch.setattr("notices.opinions.registrations.write_entry", cut)
        with pytest.raises(KeyboardInterrupt):
            erase_old_registrations(now=later)
    assert not DataKey.objects.filter(purpose=KeyPurpose.COMMENTER, destroyed_at=None).exists()
    assert erase_old_registrations(now=later) == 2
    (entry,) = Entry.objects.filter(act="registrations_erased")
    assert entry.payload == {"meeting": meeting.pk, "count": 2}
