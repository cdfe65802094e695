"""The companion sheet of a poster: one a site, with the days to photograph and the address that takes the photos."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from django.urls import reverse

from notices.archive.photo_sheets import photo_days, photo_sheets
from notices.archive.refusals import DocumentRefusedError
from notices.models import NoticeRecord, NoticeStage, SitePosting
from notices.posting_uploads import upload_address
from tests.factories import make_notice
from tests.notices.printing.pdfa import faults
from tests.notices.statutory.schedules import real_calendar
from tests.people import make_people

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 17, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def _public_address(settings: Any) -> None:
    settings.WAGTAILADMIN_BASE_URL = "https://gongshi.example.gov.cn"


def record_of(page: Any) -> NoticeRecord:
    return NoticeRecord.objects.select_related("page").get(page=page)


def post_at(page: Any, village: str, **fields: Any) -> SitePosting:
    return SitePosting.objects.create(notice=page, village=village, spot="村务公开栏", **fields)


def test_each_site_has_a_page_with_its_days_and_its_own_address() -> None:
    page = make_notice(now=NOW)
    sites = [post_at(page, "清水沟村"), post_at(page, "柳坪村", posted_on=date(2026, 3, 18))]
    printed = photo_sheets(record_of(page), sites)
    assert printed.pages == 2
    assert faults(printed.content, "U") == []
    with pypdfium2.PdfDocument(printed.content) as pdf:
        texts = ["".join(sheet.get_textpage().get_text_bounded().split()) for sheet in pdf]
    # How the reader gives a hyphen at the end of a line.
    texts = [text.replace("\x02", "-") for text in texts]
    for text, site in zip(texts, sites, strict=True):
        assert site.village in text
        assert "不要张贴" in text
        assert upload_address(site).removeprefix("https://") in text
    assert "开始3月17日（星期二）" in texts[0]
    assert "中间3月24日（星期二）" in texts[0]
    assert "结束3月31日（星期二）" in texts[0]
    assert "开始3月18日（星期三）" in texts[1]


@pytest.mark.parametrize(
    ("start", "last", "days"),
    [
        (date(2026, 3, 17), date(2026, 3, 31), [date(2026, 3, 17), date(2026, 3, 24), date(2026, 3, 31)]),
        (date(2026, 3, 17), date(2026, 3, 18), [date(2026, 3, 17), date(2026, 3, 18), date(2026, 3, 18)]),
        (date(2026, 3, 17), date(2026, 3, 17), [date(2026, 3, 17)] * 3),
        (date(2026, 4, 1), date(2026, 3, 31), [date(2026, 4, 1), None]),
        (date(2026, 3, 17), None, [date(2026, 3, 17), None]),
        (None, None, [None, None]),
    ],
)
def test_the_middle_is_a_working_day(start: date | None, last: date | None, days: list[date | None]) -> None:
    assert [day.on for day in photo_days(start, last, real_calendar())] == days


def test_before_approval_and_at_a_bad_address_there_is_none(settings: Any) -> None:
    draft = make_notice(stage=NoticeStage.DRAFT, now=NOW)
    with pytest.raises(DocumentRefusedError, match="核对通过后"):
        photo_sheets(record_of(draft), [post_at(draft, "清水沟村")])
    settings.DEMO_ALLOWED = False
    settings.WAGTAILADMIN_BASE_URL = "https://localhost"
    public = make_notice(now=NOW)
    with pytest.raises(DocumentRefusedError, match="PORTAL_URL"):
        photo_sheets(record_of(public), [post_at(public, "清水沟村")])


def test_a_code_that_was_revoked_is_not_printed() -> None:
    page = make_notice(now=NOW)
    revoked = post_at(page, "柳坪村", upload_revoked=True)
    with pytest.raises(DocumentRefusedError, match="柳坪村 村务公开栏的照片上传码已停用"):
        photo_sheets(record_of(page), [post_at(page, "清水沟村"), revoked])


@pytest.mark.parametrize(
    ("person", "status"), [("li", 200), ("op", 200), ("rival", 404), ("guan", 404), ("outsider", 404)]
)
def test_only_those_who_prepare_the_notice_get_the_address(client: Any, person: str, status: int) -> None:
    people = make_people()
    page = make_notice(now=NOW, proponent=people.company_a)
    post_at(page, "清水沟村")
    url = reverse("photo_sheets", args=[record_of(page).code])
    assert client.get(url).status_code == 302
    client.force_login(getattr(people, person))
    assert client.get(url).status_code == status


def test_without_a_site_it_says_where_to_register_one(client: Any) -> None:
    people = make_people()
    page = make_notice(now=NOW, proponent=people.company_a)
    client.force_login(people.li)
    html = client.get(reverse("photo_sheets", args=[record_of(page).code])).content.decode()
    assert "还没有登记张贴点" in html
