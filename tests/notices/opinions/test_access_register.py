"""Who sees who read what may say who wrote."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from notices.models import NoticePage
from notices.opinions import access
from notices.opinions.access import read_contacts
from notices.opinions.file_access import hand_out, hand_out_original
from notices.opinions.files import stage_file
from notices.opinions.form_tokens import new_token
from notices.opinions.models import AccessBasis
from notices.opinions.registrations import Registrant, read_names, register
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PERSON, PUBLISHED, send
from tests.notices.test_meetings import announced
from tests.people import People, make_people
from tests.photos import photo_bytes

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
REASON = "电话反馈处理情况"


@pytest.fixture
def people() -> People:
    return make_people()


def open_original(people: People) -> str:
    """Have the delegate open a letter as it was taken; return the number of its opinion."""
    page = make_notice(proponent=people.company_a, now=PUBLISHED)
    token = new_token(page.record.code, now=PUBLISHED)
    upload = SimpleUploadedFile("信.jpg", photo_bytes())
    staged = stage_file(form_key=token.key, upload=upload, now=PUBLISHED)
    opinion = send(page, now=PUBLISHED, token=token, files=[staged.sha256]).opinion
    file = opinion.files.get()
    now = END.replace(hour=2)
    hand_out(file=file, user=people.li, now=now)
    hand_out_original(file=file, user=people.zhao, basis=AccessBasis.FEEDBACK, reason=REASON, now=now)
    return opinion.number


def read_meeting(people: People) -> str:
    """Have the delegate read who registered for a meeting; return the meeting's name."""
    meeting = announced(make_notice(proponent=people.company_a), people)
    now = timezone.now()
    register(
        meeting=meeting,
        registrant=Registrant(name=PERSON.name, contact=PERSON.contact),
        village="柳坪村",
        form_key=f"key-{meeting.pk}",
        now=now,
    )
    read_names(meeting=meeting, only_selected=False, reason=REASON, user=people.zhao, now=now)
    return str(meeting)


def read_once(people: People, count: int = 1) -> None:
    page = make_notice(proponent=people.company_a, now=PUBLISHED)
    opinions = [send(page, now=PUBLISHED).opinion for _number in range(2)]
    for _time in range(count):
        read_contacts(
            opinions=opinions,
            user=people.zhao,
            basis=AccessBasis.FEEDBACK,
            reason=REASON,
            now=END.replace(hour=2),
        )


@pytest.fixture
def url() -> str:
    return reverse("contact_accesses:index")


def test_operators_and_the_office_in_charge_see_every_access_and_nobody_else(
    client: Any, people: People, url: str
) -> None:
    read_once(people)
    seen = {}
    for name in ("li", "zhao", "rival", "op", "guan", "outsider"):
        client.force_login(getattr(people, name))
        response = client.get(url)
        seen[name] = response.status_code == 200 and REASON in response.content.decode()
    assert seen == {
        "li": False,
        "zhao": False,
        "rival": False,
        "op": True,
        "guan": True,
        "outsider": False,
    }
    client.logout()
    assert client.get(url).status_code == 302


def test_a_row_says_who_in_which_capacity_and_how_many_and_shows_no_contact(
    client: Any, people: People, url: str
) -> None:
    read_once(people)
    client.force_login(people.op)
    html = client.get(url).content.decode()
    for words in (
        "zhao（受托编制单位 山西绿衡环境咨询有限公司）",
        "2 条",
        "反馈意见处理情况",
        "2026-03-17 02:00",
    ):
        assert words in html, words
    assert PERSON.contact not in html


def test_an_office_of_another_county_sees_nothing(client: Any, people: People, url: str) -> None:
    read_once(people)
    people.office.division_codes = ["141027"]
    people.office.save()
    client.force_login(people.guan)
    assert REASON not in client.get(url).content.decode()


def test_the_number_of_queries_does_not_grow(client: Any, people: People, url: str) -> None:
    client.force_login(people.op)
    needed = []
    for more in (1, 12):
        read_once(people, count=more)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        needed.append(len(queries))
    assert needed[0] == needed[1]


def test_nothing_is_added_changed_or_deleted_there(client: Any, people: People, url: str) -> None:
    read_once(people)
    client.force_login(people.op)
    assert client.post(url).status_code == 405
    for name in ("add/", "edit/1/", "delete/1/"):
        assert client.get(url + name).status_code == 404


@pytest.mark.parametrize(
    ("name", "read", "ground"),
    [
        ("file_accesses", open_original, "反馈意见处理情况"),
        ("registration_accesses", read_meeting, ""),
    ],
)
def test_originals_of_files_and_names_for_meetings_are_listed_as_well(
    client: Any, people: People, name: str, read: Any, ground: str
) -> None:
    what = read(people)
    url = reverse(f"{name}:index")
    seen = {}
    for who in ("li", "zhao", "rival", "op", "guan", "outsider"):
        client.force_login(getattr(people, who))
        response = client.get(url)
        seen[who] = response.status_code == 200 and REASON in response.content.decode()
    assert {who for who, saw in seen.items() if saw} == {"op", "guan"}
    client.force_login(people.op)
    html = client.get(url).content.decode()
    assert html.count(REASON) == 1
    for words in (what, ground, "zhao（受托编制单位 山西绿衡环境咨询有限公司）"):
        assert words in html
    assert PERSON.contact not in html
    page = NoticePage.objects.latest("pk")
    assert REASON in client.get(url, {"notice": page.pk}).content.decode()
    people.office.division_codes = ["141027"]
    people.office.save()
    client.force_login(people.guan)
    assert REASON not in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("name", "read"), [("file_accesses", open_original), ("registration_accesses", read_meeting)]
)
def test_no_list_asks_row_by_row(client: Any, people: People, name: str, read: Any) -> None:
    client.force_login(people.op)
    needed = []
    for _more in range(2):
        read(people)
        client.get(reverse(f"{name}:index"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(f"{name}:index"))
        needed.append(len(queries))
    assert needed[0] == needed[1]


def test_the_lists_stand_under_one_menu_entry_for_those_who_supervise(client: Any, people: People) -> None:
    names = ("contact_accesses", "file_accesses", "registration_accesses")
    addresses = [reverse(f"{name}:index") for name in names]
    for who, shown in (("op", True), ("guan", True), ("li", False)):
        client.force_login(getattr(people, who))
        html = client.get(reverse("wagtailadmin_home")).content.decode()
        assert [address in html for address in addresses] == [shown] * 3, who


def test_contacts_are_opened_by_no_module_but_those_that_record_it_or_act_for_their_writer() -> None:
    root = Path(access.__file__).parents[2]
    opening = {
        path.relative_to(root).as_posix()
        for folder in ("notices", "portal", "search")
        for path in (root / folder).rglob("*.py")
        if re.search(r"^from notices\.opinions\.page_two import .*\bunseal\b", path.read_text(), re.MULTILINE)
    }
    assert opening == {
        "notices/opinions/access.py",  # on screen, printed with page two, for calls: recorded first
        "notices/opinions/consents.py",  # the writer's own act, with number and code
        "notices/opinions/supplements.py",
        "notices/opinions/mails.py",  # the portal writes to the address that was left; nobody sees it
    }
