"""What is published stays as it is: no expiry, no replaced file, no deleted row, whoever asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from notices.models import Attachment, NoticePage, NoticeRecord, NoticeStage
from tests.factories import make_notice, make_proponent
from tests.people import make_people

pytestmark = pytest.mark.django_db


def fresh(page: Any) -> NoticePage:
    return NoticePage.objects.get(pk=page.pk)


def test_an_expiry_date_is_not_kept_by_any_save() -> None:
    page = make_notice()
    page.expire_at = timezone.now() + timedelta(minutes=1)
    page.save()
    assert fresh(page).expire_at is None


def test_an_expiry_date_written_past_the_model_takes_nothing_down() -> None:
    page, other = make_notice(), make_proponent("浮山远山选矿有限公司")
    past = timezone.now() - timedelta(minutes=1)
    Page.objects.filter(pk__in=[page.pk, other.pk]).update(expire_at=past)
    with pytest.raises(ProtectedError):
        call_command("publish_scheduled")
    assert fresh(page).live


def test_bulk_deleting_a_proponent_leaves_its_published_notice(client: Any) -> None:
    page = make_notice()
    parent = page.get_parent()
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    for user in (make_people().op, get_user_model().objects.create_superuser("root")):
        client.force_login(user)
        for ids in (f"id={parent.pk}", f"id=all&childOf={parent.get_parent().pk}"):
            assert client.post(f"{url}?{ids}&next=/admin/").status_code == 302
    assert fresh(page).live
    assert fresh(page).get_parent().numchild == 1


def test_deleting_the_tree_in_code_leaves_its_published_notice() -> None:
    page = make_notice()
    for row in (page.get_parent(), page.get_parent().get_parent()):
        with pytest.raises(ProtectedError), transaction.atomic():
            Page.objects.filter(pk=row.pk).delete()
    assert fresh(page).live


@pytest.mark.parametrize("stage", [NoticeStage.PUBLISHED, NoticeStage.APPROVED])
def test_a_checked_file_is_neither_replaced_nor_deleted(stage: str) -> None:
    page = make_notice(stage=stage)
    attachment, before = page.attachments.get(), page.attachments.values().get()
    attachment.file = "00/another"
    for replace in (
        attachment.save,
        lambda: attachment.save(update_fields=["file"]),
        lambda: page.attachments.update(file="00/another"),
        lambda: Attachment.objects.filter(pk=attachment.pk).update(sha256="0" * 64),
        attachment.delete,
        page.attachments.all().delete,
    ):
        with pytest.raises(ProtectedError), transaction.atomic():
            replace()
    assert page.attachments.values().get() == before


def test_the_register_row_of_a_published_notice_is_not_deleted() -> None:
    record = make_notice().record
    for delete in (record.delete, NoticeRecord.objects.filter(pk=record.pk).delete):
        with pytest.raises(ProtectedError), transaction.atomic():
            delete()


def test_a_draft_goes_with_its_files() -> None:
    page = make_notice(stage=NoticeStage.DRAFT)
    page.delete()
    assert not Attachment.objects.exists()
    assert not NoticeRecord.objects.exists()
