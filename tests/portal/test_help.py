"""Help for each role, the map of the site and the foot: every way leads somewhere, every button quoted is one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse
from wagtail.models import Site

from portal.health import PROBES
from portal.models import InfoPage, PlatformKind, PortalSettings
from tests.factories import make_notice
from tests.people import People, make_people

pytestmark = pytest.mark.django_db
ROOT = Path(settings.BASE_DIR)
RESIDENTS = ROOT / "templates" / "portal" / "help.html"
STAFF = sorted((ROOT / "templates" / "portal" / "admin").glob("help_*.html"))
FULL = {
    "operator_name": "安泽县生态环境分局",
    "undertaker_name": "安泽县大数据中心",
    "operator_contact": "0357-7000009",
    "operator_address": "安泽县府城镇文化街1号",
    "operator_postcode": "042500",
    "icp_number": "晋ICP备00000000号-1",
    "police_number": "晋公网安备14102600000000号",
    "site_code": "1410260001",
}


@pytest.fixture
def people() -> People:
    return make_people()


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def links(html: str) -> list[str]:
    """Return the addresses on this site to which the main part of a page leads."""
    main = html.partition("<main")[2].partition("</main>")[0]
    return re.findall(r'<a [^>]*href="(/[^"]*)"', main)


def words_of_the_interface() -> str:
    """Return the source of everything that shows buttons, help pages left out."""
    files = [
        *ROOT.glob("templates/**/*.html"),
        *ROOT.glob("notices/**/*.py"),
        *ROOT.glob("portal/**/*.py"),
        *ROOT.glob("search/*.py"),
    ]
    return "\n".join(path.read_text() for path in files if path != RESIDENTS and path not in STAFF)


def test_every_link_for_residents_leads_to_a_page(people: People) -> None:
    make_notice(proponent=people.company_a)
    client = Client()
    for start in ("/help/", "/sitemap/"):
        found = links(client.get(start).content.decode())
        assert len(found) > 5
        for url in found:
            assert client.get(url, follow=True).status_code == 200, f"{start} leads to {url}"


@pytest.mark.parametrize(("role", "name"), [("proponent", "li"), ("operator", "op"), ("officer", "guan")])
def test_each_role_sees_its_own_help_and_every_link_in_it_leads_to_a_page(
    people: People, role: str, name: str
) -> None:
    client = signed_in(getattr(people, name))
    assert reverse("staff_help") in client.get(reverse("wagtailadmin_home")).content.decode()
    html = client.get(reverse("staff_help")).content.decode()
    named = client.get(reverse("staff_help_role", args=[role])).content.decode()
    assert html.partition("<main")[2] == named.partition("<main")[2]
    for url in links(html):
        assert client.get(url, follow=True).status_code == 200, f"the help of {role} leads to {url}"


def test_every_button_that_a_help_page_quotes_stands_on_some_page() -> None:
    words = words_of_the_interface()
    quoted = [(RESIDENTS.name, word) for word in re.findall(r'=_\("([^"]+)"\)', RESIDENTS.read_text())]
    for path in STAFF:
        text = re.sub(r"{%.*?%}|{#.*?#}", "", path.read_text().partition("{% block")[2])
        quoted += [(path.name, word) for word in re.findall("「([^」]+)」", text)]
    assert len(quoted) > 50
    assert [(page, word) for page, word in quoted if f'"{word}"' not in words] == []


def test_a_role_that_there_is_not_has_no_help(people: People) -> None:
    assert signed_in(people.op).get(reverse("staff_help_role", args=["visitor"])).status_code == 404


def test_what_the_operator_writes_stands_under_the_portals_own_help() -> None:
    page = InfoPage.objects.get(slug="help")
    page.body = "<p>本县的说明</p>"
    page.save_revision().publish()
    html = Client().get("/help/").content.decode()
    assert "我要提意见" in html
    assert html.index("找到公示") < html.index("本县的说明")


class TestFoot:
    def fill(self, **fields: str) -> PortalSettings:
        site = Site.objects.get(is_default_site=True)
        return PortalSettings.objects.update_or_create(site=site, defaults=fields)[0]

    def test_it_shows_what_is_filled_in_and_leaves_out_the_rest(self) -> None:
        empty = Client().get("/").content.decode()
        assert "主办单位：" not in empty
        self.fill(**FULL)
        foot = Client().get("/").content.decode().partition("<footer")[2]
        assert [value for value in FULL.values() if value not in foot] == []
        assert "https://beian.mps.gov.cn/#/query/webSearch?code=14102600000000" in foot

    def test_the_operator_fills_it_in(self, people: People) -> None:
        settings_row = self.fill()
        url = reverse("wagtailsettings:edit", args=["portal", "portalsettings", settings_row.site_id])
        client = signed_in(people.op)
        wrong = client.post(url, {**FULL, "platform_kind": "government", "operator_postcode": "12"})
        assert "邮编是六位数字" in wrong.content.decode()
        client.post(url, {**FULL, "platform_kind": "government"})
        assert PortalSettings.objects.get().undertaker_name == "安泽县大数据中心"
        assert signed_in(people.li).get(url).status_code == 302

    def test_a_public_installation_is_told_what_is_missing(self, settings: Any) -> None:
        def warnings() -> list[str]:
            found = run_checks(tags=["database"], databases=["default"])
            return [str(row.msg) for row in found if row.id == "portal.W005"]

        probe = next(row for row in PROBES if row.name == "foot")
        assert warnings() == [] == ([probe.ask(None)] if probe.ask(None) else [])  # type: ignore[arg-type]
        settings.DEMO_ALLOWED = False
        assert "ICP备案号" in warnings()[0]
        assert "公安机关备案号" in str(probe.ask(None))  # type: ignore[arg-type]
        self.fill(**{**FULL, "site_code": ""})
        assert warnings() == []
        self.fill(platform_kind=PlatformKind.GOVERNMENT)
        assert "网站标识码" in warnings()[0]
