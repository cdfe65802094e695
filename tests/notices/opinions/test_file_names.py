"""Names of files say who wrote: sealed in the database, read with one query, gone with the key."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from notices.ledger.services import canonical_bytes, commitment
from notices.models import NoticePage
from notices.opinions import key_store
from notices.opinions.commitments import file_fields
from notices.opinions.file_names import name_of, open_names
from notices.opinions.files import FilesChangedError, stage_file, staged_files
from notices.opinions.form_tokens import new_token
from notices.opinions.models import Opinion, OpinionFile
from notices.opinions.selectors import receipt_context
from tests.factories import make_notice
from tests.notices.opinions.helpers import PUBLISHED, send
from tests.photos import photo

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NAME = "张三身份证.jpg"


@pytest.fixture
def page() -> NoticePage:
    return make_notice(now=PUBLISHED)


def send_with(page: NoticePage, *names: str) -> Opinion:
    token = new_token(page.record.code, now=PUBLISHED)
    files = [
        stage_file(form_key=token.key, upload=photo(name, number=number), now=PUBLISHED).sha256
        for number, name in enumerate(names)
    ]
    return send(page, now=PUBLISHED, token=token, files=files).opinion


def destroy_key_of(file: OpinionFile) -> None:
    assert file.key_id
    key_store.destroy_data_key(file.key_id, now=PUBLISHED)


def columns(file: OpinionFile) -> str:
    return str(OpinionFile.objects.filter(pk=file.pk).values().get())


def test_a_name_lies_sealed_while_it_waits_and_afterwards_and_is_what_was_committed_to(
    page: NoticePage,
) -> None:
    waiting = stage_file(form_key="k", upload=photo(NAME), now=PUBLISHED)
    file = send_with(page, NAME).files.get()
    for row in (waiting, file):
        assert "张三" not in columns(row)
        assert name_of(row) == NAME
    fields = {"content_type": "image/jpeg", "name": NAME, "sha256": file.sha256, "size": file.size}
    fresh = OpinionFile.objects.get(pk=file.pk)
    assert file_fields(fresh) == fields
    assert fresh.commitment == commitment(bytes(fresh.salt or b""), canonical_bytes(fields))


def test_the_names_of_all_files_cost_one_query_of_the_key_store(page: NoticePage) -> None:
    for count in (1, 5):
        opinion = send_with(page, *(f"{number}.jpg" for number in range(count)))
        with CaptureQueriesContext(connections["keys"]) as queries:
            files = receipt_context(opinion, code="0" * 12)["files"]
        assert [file.file_name for file in files] == [f"{number}.jpg" for number in range(count)]
        assert len(queries) == 1
    without = send_with(page)
    with CaptureQueriesContext(connections["keys"]) as queries:
        receipt_context(without, code="0" * 12)
    assert len(queries) == 0


def test_without_its_key_a_name_cannot_be_read_and_a_changed_one_does_not_fit(page: NoticePage) -> None:
    one, other = send_with(page, NAME, "二.jpg").files.all()
    destroy_key_of(one)
    open_names([one, other])
    assert (one.file_name, other.file_name) == (None, "二.jpg")
    with pytest.raises(key_store.KeyMissingError):
        file_fields(one)
    OpinionFile.objects.filter(pk=other.pk).update(sealed_name=b"changed")
    changed = OpinionFile.objects.get(pk=other.pk)
    expected = commitment(bytes(changed.salt or b""), canonical_bytes(file_fields(changed)))
    assert changed.commitment != expected


def test_a_waiting_file_that_cannot_be_read_any_more_is_not_sent(page: NoticePage) -> None:
    token = new_token(page.record.code, now=PUBLISHED)
    file = stage_file(form_key=token.key, upload=photo(NAME), now=PUBLISHED)
    destroy_key_of(file)
    with pytest.raises(FilesChangedError):
        send(page, now=PUBLISHED, token=token, files=[file.sha256])
    assert [each.file_name for each in staged_files(token.key)] == [None]
    assert not Opinion.objects.exists()


def test_the_page_then_names_the_kind_of_the_file(page: NoticePage, client: Any) -> None:
    token = new_token(page.record.code, now=PUBLISHED)
    file = stage_file(form_key=token.key, upload=photo(NAME), now=PUBLISHED)
    receipt = send(page, now=PUBLISHED, token=token, files=[file.sha256])
    address, key = "/receipt/", {"number": receipt.opinion.number, "code": receipt.code}
    assert NAME in client.post(address, key).content.decode()
    destroy_key_of(file)
    shown = client.post(address, key).content.decode()
    assert "张三" not in shown
    assert "None" not in shown
    assert "JPG，" in shown
