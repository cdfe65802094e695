"""The paths by which planted values go through the portal; whatever is answered to people without a right to them is looked at."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notices.exports.models import ExportFormat, Profile
from notices.exports.selections import Selection
from notices.exports.services import export_records
from notices.models import NoticePage
from notices.opinions.form_tokens import new_token
from notices.opinions.models import (
    AccessBasis,
    FeedbackAttempt,
    MeetingRegistration,
    Opinion,
    OpinionFile,
)
from notices.services import close_windows
from notices.subscriptions.links import confirm_url, stop_url
from notices.subscriptions.models import Subscription
from tests.factories import make_notice
from tests.notices.opinions.helpers import END, PUBLISHED, Filler, exported, hidden
from tests.notices.test_meetings import announced
from tests.pdf import make_pdf
from tests.people import People
from tests.planting import Planted, finds_in, needles

PLANTED, BY_MAIL, WITHDRAWING = Planted(), Planted(14), Planted(17)
TEXT = "请公开监测结果，并说明监测井的位置。"
TYPED = {"text": TEXT, **PLANTED.fields}
MARKS = needles()
# The name of a file is shown to its sender with the receipt, and nowhere else.
FILE_NAME = "令狐彣的信.pdf"
FILE_MARKS = needles(("令狐彣",))
DURING = PUBLISHED + timedelta(days=1)
AFTER = END + timedelta(hours=2)


class Seen:
    """What was answered to people who must not read page two."""

    def __init__(self) -> None:
        self.found: list[tuple[str, list[str]]] = []

    def look(self, where: str, content: Any, marks: list[bytes] = MARKS + FILE_MARKS) -> Any:
        """Look for the values in an answer with its headers, a page, a file or a row; return what was looked at."""
        looked_at = content
        if hasattr(content, "status_code"):
            headers = str(content.headers).encode()
            streamed = getattr(content, "streaming", False)
            self._keep(where, headers, marks)
            content = b"".join(content) if streamed else content.content
        self._keep(where, content if isinstance(content, bytes) else str(content).encode(), marks)
        return looked_at

    def _keep(self, where: str, content: bytes, marks: list[bytes]) -> None:
        found = finds_in(content, marks)
        if found:
            self.found.append((where, found))


def client_of(user: Any) -> Client:
    """Return a browser in which somebody is signed in."""
    client = Client(raise_request_exception=False)
    if user.is_authenticated:
        client.force_login(user)
    return client


def shows_page_two(answer: Any) -> None:
    """The answer is meant for one who may read page two: it is there, and stays in no browser."""
    assert answer.status_code == 200
    assert finds_in(answer.content, MARKS)
    assert "no-store" in answer["Cache-Control"]


def a_file(content: bytes = b"") -> SimpleUploadedFile:
    """Return a letter that names its writer, in its name and its text."""
    return SimpleUploadedFile(FILE_NAME, content or make_pdf([f"{PLANTED.fields['name']} {PLANTED.contact}"]))


def fill_in(page: NoticePage) -> Any:
    """Go through the web form with every detour and return the receipt's page."""
    filler = Filler(page)
    with time_machine.travel(DURING, tick=False) as clock:
        filler.open()
        added = filler.post("add", files=a_file(), **TYPED)  # type: ignore[arg-type]
        filler.post("add", files=a_file(b"MZ"), **TYPED)  # type: ignore[arg-type]
        named = {"file_hash": hidden(added.content.decode(), "file_hash")}
        filler.post("contact", "opinion", **TYPED)
        filler.post("send", "check", **TYPED)  # too quick
        clock.shift(20)
        filler.post("check", "contact", **{**TYPED, "contact": f"{PLANTED.contact}9"})
        filler.post("check", "contact", **{**TYPED, "id_number_consent": ""})
        filler.post("send", "check", **{**TYPED, "website": PLANTED.email})
        receipt = filler.post("send", "check", **named, **TYPED)
        filler.post("send", "check", **named, **TYPED)
        abandoned = Filler(page)
        abandoned.open()
        abandoned.post("add", files=a_file(), **TYPED)  # type: ignore[arg-type]
        expired = Filler(page)
        expired.token = new_token(page.record.code, now=PUBLISHED - timedelta(days=2)).sign()
        expired.post("send", "check", **TYPED)
    with time_machine.travel(AFTER, tick=False):
        late = Filler(page)
        late.token = new_token(page.record.code, now=AFTER).sign()
        assert late.post("send", "check", **TYPED).status_code == 409
    assert receipt.status_code == 200
    return receipt


def write(page: NoticePage, writer: Planted) -> dict[str, str]:
    """Send an opinion of somebody who consents to everything; return number and code."""
    filler = Filler(page)
    with time_machine.travel(DURING, tick=False) as clock:
        filler.open()
        clock.shift(20)
        consents = {"show_text": "on", "publish_personal": "on"}
        receipt = filler.post("send", "check", **{**TYPED, **writer.fields, **consents})
    return {"number": receipt.context["opinion"].number, "code": receipt.context["code"]}


def residents_write(page: NoticePage, people: People, seen: Seen) -> None:
    """Fill in, send, look up, keep as PDF, picture and proof, search."""
    receipt = fill_in(page)
    key = {"number": Opinion.objects.get().number, "code": receipt.context["code"]}
    stranger = client_of(people.stranger)
    with time_machine.travel(AFTER, tick=False):
        assert FILE_NAME in receipt.content.decode()
        seen.look("receipt", receipt, MARKS)
        for name in ("receipt_lookup", "receipt_pdf", "receipt_image", "receipt_proof"):
            kept = seen.look(name, stranger.post(reverse(name), key), MARKS)
            assert kept.status_code == 200
        for name in (PLANTED.fields["name"], PLANTED.contact):
            stranger.post(reverse("receipt_lookup"), {"number": name, "code": PLANTED.contact})
            stranger.get(reverse("search"), {"q": name})
        code = page.record.code
        for url in (
            "/",
            f"/n/{code}/",
            f"/ledger/{code}/",
            f"/ledger/{code}/ledger.json",
            "/sitemap-notices.xml",
        ):
            assert seen.look(url, stranger.get(url)).status_code == 200


def residents_come_back(page: NoticePage, people: People, seen: Seen) -> None:
    """Add a supplement whose contact is taken over, withdraw consents, restrict the contact."""
    stranger = client_of(people.stranger)
    first, withdrawn = write(page, BY_MAIL), write(page, WITHDRAWING)
    filler = Filler(page)
    with time_machine.travel(DURING, tick=False) as clock:
        opened = seen.look("supplement", stranger.post(reverse("receipt_supplement"), first))
        filler.token = hidden(opened.content.decode(), "token")
        for go, step in (("contact", "opinion"), ("check", "contact"), ("send", "check")):
            clock.shift(20)
            seen.look(f"supplement {go}", filler.post(go, step, text=f"{TEXT}再补充一点。"))
        assert Opinion.objects.exclude(supplement_to=None).count() == 1
        acts = {"acts": ["publish_personal", "show_text", "id_number_consent", "restrict"]}
        for more in ({}, {**acts, "go": "check"}, {**acts, "go": "confirm"}):
            answer = stranger.post(reverse("receipt_consents"), {**withdrawn, **more})
            seen.look(f"consents {more}", answer)
        assert "已办理" in answer.content.decode()
        for key in (first, withdrawn):
            seen.look("look-up afterwards", stranger.post(reverse("receipt_lookup"), key))


def staff_record_and_read(page: NoticePage, people: People, seen: Seen) -> None:
    """Record on behalf with a scan, read page two once with a reason, open files."""
    li = client_of(people.li)
    with time_machine.travel(AFTER, tick=False):
        close_windows(now=AFTER)
        li.post(
            reverse("opinions_record", args=[page.pk]),
            {
                "channel": "visit",
                "received_at": f"{END - timedelta(days=2):%Y-%m-%d %H:%M}",
                "text": "口头反映：夜间有噪声。",
                "kind": "person",
                "form_key": "staff:1",
                "scans": a_file(),
                **{name: PLANTED.fields[name] for name in ("name", "contact", "address")},
            },
        )
        opinions = list(Opinion.objects.order_by("pk"))
        assert len(opinions) == 5
        ground = {"basis": AccessBasis.FEEDBACK, "reason": "核实后反馈"}
        picked = {"opinions": [row.pk for row in opinions], **ground}
        shows_page_two(li.post(reverse("opinions_contacts", args=[page.pk]), picked))
        for file in OpinionFile.objects.filter(opinion__in=opinions):
            shows_page_two(li.post(reverse("opinion_file", args=[file.pk])))
            original = li.post(reverse("opinion_file_original", args=[page.pk, file.pk]), ground)
            shows_page_two(original)
            seen.look("headers of a file", original.headers)


def staff_answer_and_tell(page: NoticePage, people: People, seen: Seen) -> None:
    """Work through the desk: answer, call, log, print the sheet, show opinions to the public."""
    li, stranger = client_of(people.li), client_of(people.stranger)
    keys = ",".join(str(pk) for pk in Opinion.objects.values_list("pk", flat=True))
    picked = {"opinions": keys}

    def act(name: str, **data: Any) -> Any:
        return li.post(reverse(name, args=[page.pk]), {**picked, **data})

    def opened(name: str) -> Any:
        return seen.look(name, act(name, pick="1"))

    with time_machine.travel(AFTER, tick=False):
        seen.look("desk", li.get(reverse("opinions_desk", args=[page.pk]), {"state": "all"}))
        first = Opinion.objects.order_by("pk")[0].pk
        seen.look("group", li.get(reverse("opinions_group", args=[page.pk, first])))
        for name in ("opinions_answer", "opinions_topics"):
            opened(name)
        act("opinions_topics", topics=["water"], add="add")
        act("opinions_answer", outcome="not_adopted", reason="监测井已按导则布设，见第五章。")
        assert not Opinion.objects.filter(answer=None).exists()
        for name in ("opinions_feedback", "opinions_calls", "opinions_texts"):
            opened(name)
        shows_page_two(act("opinions_calls", reason="电话反馈处理情况"))
        told = {"way": "phone", "result": "no_response", "tried_on": f"{timezone.localdate()}"}
        noted = act("opinions_feedback", note=f"{PLANTED.fields['name']}，{PLANTED.contact}", **told)
        assert "请删去" in noted.content.decode()
        assert not FeedbackAttempt.objects.exists()
        act("opinions_feedback", note="没人接", **told)
        assert FeedbackAttempt.objects.exists()
        seen.look("answer sheet", li.get(reverse("opinions_sheet", args=[page.pk])))
        act("opinions_publication", act="show")
        listed = seen.look("publication", li.get(reverse("opinions_publication", args=[page.pk])))
        ticks = re.findall(r'name="opinion" value="([^"]+)"', listed.content.decode())
        act("opinions_publication", act="release", opinion=ticks)
        public = seen.look("public", stranger.get(reverse("public_opinions", args=[page.record.code])))
        assert TEXT in public.content.decode()


def staff_look_around(page: NoticePage, people: People, seen: Seen) -> None:
    """Look through every list, search, export."""
    opinion = Opinion.objects.order_by("pk")[0]
    with time_machine.travel(AFTER, tick=False):
        for name in ("li", "op", "guan"):
            client = client_of(getattr(people, name))
            for url in (
                reverse("opinion_register:index"),
                reverse("opinion_register:inspect", args=[opinion.pk]),
                reverse("opinions_notices"),
                reverse("contact_accesses:index"),
                reverse("outbox_mail:index"),
                reverse("subscription_counts"),
                reverse("notice_register:inspect", args=[page.record.pk]),
                reverse("wagtailadmin_home"),
            ):
                seen.look(f"{name} {url}", client.get(url))
            # What staff type into search boxes is echoed to them; it must not stay anywhere.
            client.get(reverse("opinion_register:index"), {"q": PLANTED.fields["name"]})
            client.get("/admin/no-such-page/", {"q": PLANTED.fields["name"]})
        for name, profile in (("guan", Profile.BUREAU), ("li", Profile.PROPONENT)):
            for kind in ExportFormat:
                export = export_records(
                    selection=Selection(notices=(page.pk,)),
                    user=getattr(people, name),
                    profile=profile,
                    export_format=kind,
                    purpose="案卷",
                    now=AFTER,
                )
                seen.look(f"{profile} {kind}", export.handle.read())
                export.handle.close()
        rows = seen.look("public rows", exported(page, Profile.PUBLIC, now=AFTER))
        assert len(rows) == 1


def residents_subscribe(page: NoticePage, seen: Seen) -> None:
    """Ask for mails with an address, wrongly first and by a robot; confirm; start to stop and leave it."""
    stranger = client_of(AnonymousUser())
    with time_machine.travel(DURING, tick=False):
        for url in (
            reverse("notice_subscribe", args=[page.record.code]),
            reverse("county_subscribe", args=["141026"]),
        ):
            typed = {"email": BY_MAIL.email, "topics": ["changes", "deadline", "answers"]}
            stranger.post(url, {**typed, "email": f"{PLANTED.email}@"})
            stranger.post(url, {**typed, "website": PLANTED.email})
            answer = seen.look("asked for mails", stranger.post(url, typed))
            seen.look("asked for mails", stranger.get(answer["Location"]))
        for row in Subscription.objects.waiting():
            for link in (confirm_url(row.handle), stop_url(row.handle)):
                seen.look("link of a mail", link)
                seen.look("link of a mail", stranger.get(link))
            seen.look("confirmed", stranger.post(confirm_url(row.handle)))
    assert Subscription.objects.confirmed().count() == 2


def people_register_for_a_meeting(people: People, seen: Seen) -> None:
    """Register on the web and by staff, look up, read the names once with a reason."""
    meeting = announced(make_notice(proponent=people.company_a), people)
    code = meeting.notice.record.code
    url = reverse("meeting_registration", args=[code, meeting.pk])
    stranger, li = client_of(people.stranger), client_of(people.li)
    token = new_token(code, now=timezone.now()).sign()
    typed = {"token": token, "name": PLANTED.fields["name"], "village": "清水沟村"}
    stranger.post(url, {**typed, "contact": f"{PLANTED.contact}99"})
    done = stranger.post(url, {**typed, "contact": PLANTED.contact, "affected": PLANTED.fields["address"]})
    stranger.post(
        reverse("meeting_lookup", args=[code, meeting.pk]),
        {"number": PLANTED.contact, "code": PLANTED.contact},
    )
    li.post(
        reverse("meeting_register", args=[meeting.pk]),
        {
            "name": PLANTED.fields["name"],
            "contact": PLANTED.contact,
            "capacity": "expert",
            "channel": "phone",
            "form_key": "staff:2",
        },
    )
    assert MeetingRegistration.objects.count() == 2
    shows_page_two(li.post(reverse("meeting_names", args=[meeting.pk]), {"reason": "通知参会"}))
    seen.look("registered", done)
    for name in ("li", "op", "guan"):
        client = client_of(getattr(people, name))
        seen.look(name, client.get(reverse("meeting_registrations", args=[meeting.pk])))
