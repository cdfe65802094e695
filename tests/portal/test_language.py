"""The language of the interface: Chinese unless asked, English when asked, the record always Chinese."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.users.models import UserProfile

from notices.archive.review_sheet import review_sheet
from notices.archive.services import make_archives
from notices.exports.models import Profile
from notices.invitations import issue_invitation
from notices.models import NoticePage
from notices.opinions.models import ContactKind
from notices.opinions.page_two import PageTwo
from notices.outbox.delivery import unseal
from notices.outbox.models import OutboxMail
from notices.printing import rendering
from notices.printing.job import PrintedFile
from portal.language import COOKIE
from tests.factories import make_draft, make_notice
from tests.notices.opinions.helpers import PUBLISHED, Filler, exported, send
from tests.people import make_people
from tests.portal.permissions.probe import addresses, path_of, print_nothing
from tests.portal.permissions.table import ANSWERS
from tests.portal.permissions.world import World, make_world
from tests.portal.reading import TRANSLATED, ChineseLeft, everything_translated, word_text

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
OPEN = PUBLISHED + timedelta(days=1)
# Names stay names within an English sentence or list.
VILLAGES = ("清水沟村", "柳坪村")
TYPED = {"text": "请加密监测井。", "village": "柳坪村", "contact": "13900000001", "name": "测试甲"}


def english() -> Client:
    client = Client()
    client.cookies[COOKIE] = "en"
    return client


def choose(client: Client, language: str, back: str = "/help/") -> Any:
    return client.post(reverse("choose_language"), {"language": language, "next": back})


def language_of(html: str) -> str:
    return html.partition('<html lang="')[2].partition('"')[0]


def public_pages(world: World) -> list[str]:
    """Return the address of every page that everybody may read."""
    pictures = ("report_image",)
    named = [
        row for row in addresses() if row.name not in pictures and "A" in ANSWERS.get(row.name, ("", ""))[0]
    ]
    return ["/", "/notices/", "/help/", "/about/", *(path for row in named if (path := path_of(row, world)))]


class TestChoosing:
    def test_everybody_reads_chinese_and_gets_no_cookie_whatever_the_browser_wishes(self) -> None:
        response = Client().get("/", headers={"accept-language": "en"})
        assert language_of(response.content.decode()) == "zh-CN"
        assert not response.cookies

    def test_who_chooses_english_comes_back_to_the_page_in_english_and_can_return(self) -> None:
        client = Client(enforce_csrf_checks=True)
        page = client.get("/search/?q=x").content.decode()
        assert 'name="next" value="/search/?q=x"' in page
        response = choose(client, "en", "/search/?q=x")
        assert response["Location"] == "/search/?q=x"
        assert client.cookies[COOKIE].value == "en"
        assert language_of(client.get("/sitemap/").content.decode()) == "en"
        choose(client, "zh-hans")
        assert client.cookies[COOKIE].value == ""
        assert language_of(client.get("/sitemap/").content.decode()) == "zh-CN"

    @pytest.mark.parametrize(
        "back", ["https://elsewhere.example/", "//elsewhere.example", "javascript:x", ""]
    )
    def test_nobody_is_led_to_another_site(self, back: str) -> None:
        assert choose(Client(), "en", back)["Location"] == "/"

    def test_an_unknown_language_is_chinese(self) -> None:
        client = Client()
        choose(client, "fr")
        client.cookies[COOKIE] = "fr"
        assert language_of(client.get("/help/").content.decode()) == "zh-CN"

    def test_a_page_that_answers_a_form_offers_no_way_that_would_lose_it(self) -> None:
        looked = Client().post("/receipt/", {"number": "x", "code": "y"})
        assert "language__choice" not in looked.content.decode()

    def test_the_admin_goes_by_its_account_and_the_sign_in_by_the_reader(self) -> None:
        op = make_people().op
        client = english()
        assert 'lang="en"' in client.get(reverse("wagtailadmin_login")).content.decode()
        client.force_login(op)
        home = reverse("wagtailadmin_home")
        assert 'lang="zh-hans"' in client.get(home).content.decode().lower()
        UserProfile.objects.update_or_create(user=op, defaults={"preferred_language": "en"})
        assert 'lang="en"' in client.get(home).content.decode()

    def test_an_account_chooses_its_language_but_no_clock_beside_that_of_the_deadlines(self) -> None:
        client = Client()
        client.force_login(make_people().op)
        account = client.get(reverse("wagtailadmin_account")).content.decode()
        assert 'name="locale-preferred_language"' in account
        assert "current_time_zone" not in account

    def test_the_language_of_one_request_is_not_that_of_the_next(self) -> None:
        english().get("/")
        assert translation.get_language() == "zh-hans"


class TestReading:
    def test_every_public_page_speaks_english_but_for_what_is_marked_as_chinese(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        print_nothing(monkeypatch)
        world, browser, left = make_world(), english(), {}
        names = (
            world.people.company_a.title,
            "安泽县",
            "山西省临汾市",
            "山西绿衡环境咨询有限公司",
            *VILLAGES,
        )
        with everything_translated():
            for path in public_pages(world):
                response = browser.get(path)
                if response.get("Content-Type", "").startswith("text/html"):
                    left[path] = ChineseLeft(response.content.decode(), names=names).found
        assert {path: found for path, found in left.items() if found} == {}
        assert len(left) > 20

    def test_the_form_and_the_receipt_speak_english_from_the_first_page_to_the_look_up(self) -> None:
        cache.clear()
        with time_machine.travel(OPEN, tick=False) as clock, everything_translated():
            filler = Filler(make_notice(now=PUBLISHED))
            filler.client.cookies[COOKIE] = "en"
            pages = [filler.open()]
            for go, step in (("contact", "opinion"), ("check", "contact"), ("check", "contact")):
                clock.shift(20)
                wrong = {**TYPED, "contact": "x"} if len(pages) == 2 else TYPED
                pages.append(filler.post(go, step, **wrong).content.decode())
            receipt = filler.post("send", "check", **TYPED)
            pages.append(receipt.content.decode())
            found = {
                "number": receipt.context["opinion"].number,
                "code": receipt.context["code"],
            }
            pages.append(filler.client.post("/receipt/", found).content.decode())
            pages.append(filler.client.post("/receipt/consents/", found).content.decode())
        names = ("安泽清源矿业有限公司", *VILLAGES, TYPED["name"])
        assert [row for html in pages for row in ChineseLeft(html, names=names).found] == []

    def test_a_notice_says_that_its_content_is_chinese(self) -> None:
        page = make_notice()
        html = english().get(reverse("notice", args=[page.record.code])).content.decode()
        assert language_of(html) == "en"
        assert f'<h1 lang="zh-Hans">{page.project_name}</h1>' in html

    def test_the_privacy_notice_stays_as_it_is_and_says_so(self) -> None:
        chinese, html = (
            Client().get("/privacy/").content.decode(),
            english().get("/privacy/").content.decode(),
        )
        terms = chinese.partition('<div class="prose"')[2].partition("</main>")[0]
        assert terms in html
        assert "以中文为准" not in chinese


class TestTheRecord:
    """What is sent, printed or kept is Chinese, though everything around it is read in English."""

    def test_the_title_of_a_notice_is_stored_in_chinese(self) -> None:
        with everything_translated(), translation.override("en"):
            page = make_draft()
        assert NoticePage.objects.get(pk=page.pk).title.endswith("征求意见稿公示")

    def test_mails_are_chinese(self) -> None:
        page, people = make_notice(now=PUBLISHED), make_people()
        people.li.email = "li@example.org"
        writer = PageTwo(contact_kind=ContactKind.EMAIL, contact="a@example.org", name="测试人")
        with time_machine.travel(OPEN, tick=False), everything_translated(), translation.override("en"):
            send(page, now=OPEN, page_two=writer)
            issue_invitation(account=people.li, user=people.op, now=OPEN)
        letters = {row.category: unseal(row.sealed or b"") for row in OutboxMail.objects.exclude(sealed=None)}
        assert "查询码" in letters["opinion_receipt"].body
        assert "设定登录密码" in "".join(OutboxMail.objects.values_list("subject", flat=True))
        assert TRANSLATED not in "".join(letter.body for letter in letters.values())

    def test_feeds_calendars_and_word_files_are_chinese(self) -> None:
        page = make_notice()
        browser = english()
        with everything_translated(), translation.override("en"):
            feed = browser.get(reverse("notice_feed")).content.decode()
            calendar = browser.get(reverse("notice_calendar", args=[page.record.code])).content.decode()
            sheet = review_sheet(page.record, now=timezone.now())
            form = browser.get(reverse("blank_form_docx", args=[page.record.code])).content
        assert "征求意见稿公示" in feed
        assert "意见征求截止" in calendar
        for document in (sheet, form):
            assert TRANSLATED not in word_text(document)

    def test_exports_are_chinese(self) -> None:
        page = make_notice(now=PUBLISHED)
        send(page, now=OPEN)
        with everything_translated(), translation.override("en"):
            (row,) = exported(page, Profile.BUREAU, now=OPEN)
        assert TRANSLATED not in "".join([*row.keys(), *row.values()])

    def test_every_printed_sheet_is_chinese(self, monkeypatch: pytest.MonkeyPatch) -> None:
        world = make_world()
        printed: list[str] = []

        def keep(html: str, job: Any) -> Any:
            printed.append(f"{job.title} {html}")
            return PrintedFile(b"%PDF-1.4", 1), [], []

        monkeypatch.setattr(rendering, "_print", keep)
        UserProfile.objects.create(user=world.people.op, preferred_language="en")
        operator = english()
        operator.force_login(world.people.op)
        names = (
            "poster",
            "photo_sheets",
            "blank_form",
            "notice_confirmation_sheet",
            "proponents:invitation_sheet",
        )
        with everything_translated():
            for address in addresses():
                if address.name in names:
                    operator.get(path_of(address, world) or "")
            english().post(reverse("receipt_pdf"), world.receipt)
            make_archives(record_id=world.keys("notice_evidence", ["pk"])["pk"], now=timezone.now())
        assert len(printed) >= len(names) + 1
        assert [text[:40] for text in printed if TRANSLATED in text] == []
