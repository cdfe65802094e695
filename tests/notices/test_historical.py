"""Historical records: personal contacts are masked, findings shown, nothing is invented."""

from __future__ import annotations

import pytest
from django.utils import timezone

from notices.models import NoticePage
from notices.services import publish_historical
from tests.factories import an_operator, make_notice

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_personal_contacts_are_masked_on_the_page_and_in_its_rows(client) -> None:
    notice = make_notice(
        stage="historical",
        contact_name="霍某某",
        contact_phone="13912345678",
        public_scope="电话13912345678可询",
    )
    page = NoticePage.objects.get(pk=notice.pk)
    assert page.contact_phone == "139****5678"
    assert page.contact_name == "霍**"
    html = client.get(f"/n/{notice.record.code}/").content.decode()
    for text in ("13912345678", "霍某某", "eia@qingyuan.example.com"):
        assert text not in html


def test_search_engines_are_told_to_leave_it_out(client) -> None:
    notice = make_notice(stage="historical")
    response = client.get(f"/n/{notice.record.code}/")
    assert response["X-Robots-Tag"] == "noindex"
    assert 'content="noindex"' in response.content.decode()


def test_an_unseen_field_is_unseen_and_not_missing(client) -> None:
    notice = make_notice(stage="draft")
    notice.ways.all().delete()
    notice.save_revision()
    record = notice.record
    record.unseen_fields = ["ways"]
    record.save()
    publish_historical(
        page=notice, user=an_operator(), now=timezone.now(), published_on=None, basis="版面未印日期"
    )
    html = client.get(f"/n/{record.code}/").content.decode()
    section = html.split('id="item-4"')[1].split("</section>")[0]
    assert "未见" in section
    assert "没有写明方式" not in section
