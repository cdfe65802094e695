"""Changing the master keys: what lies under them, and the two steps of a change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from notices.opinions.key_store import DATA_KEYS
from notices.outbox.delivery import MAILS
from notices.sealing.key_file import add_key, changed_at, drop_old_keys
from notices.sealing.rotation import Count, Holder, rewrap, standing_of
from notices.subscriptions.key_store import SUBSCRIBER_KEYS
from portal.signin.models import SECRETS

# Everything that is sealed with `master_cipher`; a test looks for uses that are not here.
HOLDERS: tuple[Holder, ...] = (DATA_KEYS, MAILS, SUBSCRIBER_KEYS, SECRETS)
MOST_ROUNDS = 5
# A process that had read the old file may still be writing; no request of ours takes that long.
DROP_AFTER = timedelta(minutes=10)


class RotationError(Exception):
    """What stands in the way, in words for whoever runs the command."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: whether it went on with one that was broken off, and by holder the values sealed anew."""

    resumed: bool
    moved: dict[str, int]
    lost: dict[str, int]


def rotate() -> Rotated:
    """Add a master key and bring everything under it; go on with the last rotation where it was broken off.

    1. the new key is in the file before anything uses it, 2. each value is replaced whole, 3. old keys stay until
    ``drop``. Raises RotationError when values under an old key keep appearing.
    """
    resumed = any(count.old for count in _counts().values())
    if not resumed:
        add_key()
    moved = dict.fromkeys((str(holder.label) for holder in HOLDERS), 0)
    for _round in range(MOST_ROUNDS):
        for holder in HOLDERS:
            moved[str(holder.label)] += rewrap(holder)
        counts = _counts()
        if not any(count.old for count in counts.values()):
            return Rotated(resumed, moved, {label: count.lost for label, count in counts.items()})
    raise RotationError("还有程序在用旧主密钥写入；请重启门户后再运行一次 rotate_keys。")


def drop(*, now: datetime) -> int:
    """Remove the old master keys and return how many. Raises RotationError while something may still need one."""
    waiting = DROP_AFTER - (now - changed_at())
    if waiting > timedelta():
        minutes = -(-waiting // timedelta(minutes=1))
        raise RotationError(f"密钥文件刚刚更换，可能还有请求在用旧主密钥；请 {minutes} 分钟后再试。")
    for label, count in _counts().items():
        if count.old:
            raise RotationError(f"还有 {count.old} 个{label}在旧主密钥之下；请先运行 manage.py rotate_keys。")
    return drop_old_keys()


def _counts() -> dict[str, Count]:
    return {str(holder.label): standing_of(holder) for holder in HOLDERS}
