"""The frozen PDFs of a corrected and then superseded notice say what each moment was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from notices.archive.documents import notice_archive
from notices.archive.editions import editions_of
from notices.models import NoticeStage
from notices.services import approve_notice
from tests.factories import attach_pdf, confirm, make_notice
from tests.notices.correcting import begin, correct, fresh
from tests.people import make_people

pytestmark = pytest.mark.django_db


def test_each_edition_prints_its_own_wording_and_the_last_one_names_the_successor(
    printed_text: Callable[[bytes], str],
) -> None:
    people, now = make_people(), timezone.now()
    page = make_notice(proponent=people.company_a, now=now)
    correct(page, people, contact_phone="0357-7000009")
    draft = begin(fresh(page), people.li, "substance").draft
    assert draft is not None
    attach_pdf(draft, kind="draft_report", pages=["重新编制的报告书"])
    ready = fresh(draft).get_latest_revision_as_object()
    ready.planned_date = ready.signature_date = timezone.localdate(now)
    revision = ready.save_revision()
    confirm(draft)
    approve_notice(page=ready, revision=revision, user=people.op, now=timezone.now())
    record = fresh(page).record
    assert record.stage == NoticeStage.SUPERSEDED
    first, second, last = [printed_text(notice_archive(edition).content) for edition in editions_of(record)]
    assert "联系人李工，0357-7000001" in first
    assert "联系人李工，0357-7000009" in second
    assert "改动：联系电话" in second
    successor = fresh(draft).record.code
    assert f"本公示已被公示{successor}取代" in last
    assert successor not in second
