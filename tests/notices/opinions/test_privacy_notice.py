"""What people are told of their data: before page two, and on a page of its own."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from wagtail.models import Site

from portal.models import PortalSettings
from tests.factories import make_notice
from tests.notices.opinions.helpers import PUBLISHED, Filler

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

ARTICLES = ["十三", "十五", "二十一", "二十五", "二十九", "三十一", "四十四", "五十", "六十五"]


def contact_page() -> str:
    page = make_notice(now=PUBLISHED)
    with time_machine.travel(PUBLISHED, tick=False):
        filler = Filler(page)
        filler.open()
        return filler.post("contact", "opinion", text="请公开监测结果。").content.decode()


def test_before_page_two_stands_who_asks_what_for_and_where_to_turn(settings: Any) -> None:
    settings.RETENTION_LITIGATION_MONTHS = 8
    html = contact_page()
    notice = html[html.index('id="privacy_title"') : html.index("</details>")]
    assert html.index('id="privacy_title"') < html.index('name="contact"')
    for words in (
        "安泽清源矿业有限公司（建设单位）是个人信息处理者",
        "山西绿衡环境咨询有限公司（环评编制单位）",
        "0357-7000001",
        "eia@qingyuan.example.com",
        "8 个月",
        "30 年",
        "网信部门、生态环境主管部门",
        "附件：建设单位和编制单位、审批机关，提交后就能打开",
        "监护人",
    ):
        assert words in notice, words
    for number in ARTICLES:
        assert f"第{number}条" in notice, number


def test_what_comes_first_is_short_and_the_rest_is_folded() -> None:
    html = contact_page()
    first = html[html.index('id="privacy_title"') : html.index("<details>")]
    assert "只有一个联系方式" in first
    assert "未经您同意，不会公开" in first
    assert len(first) < 500


def test_the_page_names_the_operator_and_is_linked_at_the_foot_of_every_page(client: Any) -> None:
    make_notice(now=PUBLISHED)
    site_settings, _made = PortalSettings.objects.get_or_create(site=Site.objects.get(is_default_site=True))
    site_settings.operator_name, site_settings.operator_contact = "安泽县行政审批服务管理局", "0357-7000099"
    site_settings.save()
    response = client.get("/privacy/")
    html = response.content.decode()
    assert response.status_code == 200
    for words in ("安泽县行政审批服务管理局运行", "0357-7000099", "6 个月", "60 日", "每份公示的建设单位"):
        assert words in html, words
    for address in ("/", "/notices/", "/help/", "/receipt/"):
        assert 'href="/privacy/"' in client.get(address).content.decode(), address
