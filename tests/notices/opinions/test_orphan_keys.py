"""Keys left behind by a killed process: cleared after a day, never one that something names."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from notices.opinions import key_store, orphan_keys
from notices.opinions.models import DataKey, OpinionFile
from notices.opinions.page_two import unseal
from tests.factories import make_notice
from tests.notices.opinions.helpers import PERSON, PUBLISHED, send

pytestmark = pytest.mark.django_db(databases=["default", "keys"])

DAY = timedelta(days=1)


def keys() -> set[object]:
    return set(DataKey.objects.filter(purpose="commenter").values_list("pk", flat=True))


def test_a_key_that_nothing_names_is_deleted_when_it_is_older_than_a_day() -> None:
    commenter = send(make_notice(now=PUBLISHED), now=PUBLISHED).opinion.commenter
    left, _cipher = key_store.create_data_key(now=PUBLISHED)
    orphan_keys.clear_orphan_keys(now=PUBLISHED + DAY)
    assert left in keys()
    assert orphan_keys.clear_orphan_keys(now=PUBLISHED + 2 * DAY) == 1
    assert keys() == {commenter.key_id}
    assert unseal(commenter) == PERSON


def test_the_key_of_a_staged_file_and_the_trace_of_a_destroyed_key_stay() -> None:
    named, _cipher = key_store.create_data_key(now=PUBLISHED)
    OpinionFile.objects.create(
        form_key_hash="a" * 64,
        file="x",
        sha256="b" * 64,
        size=1,
        content_type="image/jpeg",
        key_id=named,
        staged_at=PUBLISHED,
    )
    destroyed, _cipher = key_store.create_data_key(now=PUBLISHED)
    key_store.destroy_data_key(destroyed, now=PUBLISHED)
    secret = key_store.lookup_secret()
    assert orphan_keys.clear_orphan_keys(now=PUBLISHED + 9 * DAY) == 0
    assert keys() == {named, destroyed}
    assert key_store.lookup_secret() == secret


def test_more_orphans_than_a_crash_leaves_are_reported_and_kept(caplog, monkeypatch) -> None:
    monkeypatch.setattr(orphan_keys, "MOST", 2)
    DataKey.objects.bulk_create(
        DataKey(pk=uuid4(), wrapped=b"x", created_on=PUBLISHED.date()) for _ in range(3)
    )
    assert orphan_keys.clear_orphan_keys(now=PUBLISHED + 9 * DAY) == 0
    assert len(keys()) == 3
    assert "older copy of the database" in caplog.text
    with pytest.raises(CommandError, match="有 3 个数据密钥"):
        call_command("clear_orphan_keys")
    named = send(make_notice(now=PUBLISHED), now=PUBLISHED).opinion.commenter.key_id
    call_command("clear_orphan_keys", force=True, stdout=StringIO())
    assert keys() == {named}
