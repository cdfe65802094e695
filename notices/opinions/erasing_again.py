"""Erasing once more, after a backup was restored, what had been erased before: the backup is older than the erasures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from notices.opinions.answering import erase_commenter
from notices.opinions.destruction import destroy_content, finish_destructions
from notices.opinions.expiry import expire_personal_data
from notices.opinions.files import erase_files
from notices.opinions.key_store import destroy_data_key
from notices.opinions.models import Commenter, DataKey, DestructionGround, Opinion, OpinionFile
from notices.opinions.registrations import erase_old_registrations
from notices.sealing.erasure_log import Erasures
from notices.sealing.key_store import KEY_STORE

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ErasedAgain:
    """What was erased: keys that were listed and alive, opinions that lost identity or files, contents, expired; and failures."""

    keys: int
    identities: int
    contents: int
    expired: int
    failed: int


def erase_again(listed: Erasures, *, now: datetime) -> ErasedAgain:
    """Erase what the list names, finish what the rows do not know of yet, and let expire what is due by now.

    Each act is an entry of its chain, like any other. Can be broken off and called again.
    """
    keys = destroy_listed_keys(listed.keys, now=now)
    contents = 0
    for number, ground in listed.contents.items():
        opinion = Opinion.objects.select_related("notice__record").filter(number=number).first()
        if opinion is not None and opinion.destroyed_at is None:
            destroy_content(
                opinion=opinion, ground=DestructionGround(ground), role="portal", user=None, now=now
            )
            contents += 1
    finish_destructions(now=now)
    identities = _follow_destroyed_keys(now=now)
    erase_old_registrations(now=now)
    expired = expire_personal_data(now=now, most=None)
    return ErasedAgain(keys, identities, contents, expired.erased, expired.failed)


def destroy_listed_keys(listed: Iterable[UUID], *, now: datetime) -> int:
    """Destroy the data keys that a list names, whatever the rows say; return how many were alive."""
    count = 0
    for some in _pieces(sorted(listed)):
        alive = DataKey.objects.using(KEY_STORE).filter(pk__in=some).exclude(wrapped=None)
        for key_id in list(alive.values_list("pk", flat=True)):
            destroy_data_key(key_id, now=now)
            count += 1
    return count


def _follow_destroyed_keys(*, now: datetime) -> int:
    """Have the rows say what the key store says; return how many opinions were concerned."""
    opinions: set[int] = set()
    destroyed = DataKey.objects.using(KEY_STORE).filter(wrapped=None)
    for gone in _pieces(list(destroyed.values_list("pk", flat=True))):
        files = OpinionFile.objects.filter(key_id__in=gone, erased_at=None).exclude(opinion=None)
        for opinion in _opinions(files.values_list("opinion", flat=True)):
            erase_files(opinion=opinion, now=now)
            opinions.add(opinion.pk)
        commenters = Commenter.objects.filter(key_id__in=gone, erased_at=None)
        for opinion in _opinions(commenters.values_list("opinion", flat=True)):
            erase_commenter(opinion=opinion, now=now)
            opinions.add(opinion.pk)
    return len(opinions)


def _pieces(keys: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]


def _opinions(keys: Iterable[int]) -> list[Opinion]:
    return list(Opinion.objects.filter(pk__in=list(keys)).select_related("notice__record", "commenter"))
