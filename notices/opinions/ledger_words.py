"""How the fields of acts on opinions are said on the ledger's public page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from notices.ledger_words import say
from notices.opinions.models import (
    AccessBasis,
    Channel,
    DestructionGround,
    FeedbackResult,
    FeedbackWay,
    OpinionTimeliness,
    Outcome,
)
from notices.opinions.verified_rows import PARTS


def _label(choices: Any) -> Any:
    labels = dict(choices.choices)
    return lambda value: str(labels.get(value, ""))


def counts_in_words(counts: Mapping[str, int]) -> str:
    """Return counts by channel: 网上 12 条、信函 1 条; nought is said."""
    if not any(counts.values()):
        return _("没有收到意见（0 条）")
    labels = dict(Channel.choices)
    return "、".join(
        _("%(channel)s %(count)s 条") % {"channel": labels.get(channel, channel), "count": count}
        for channel, count in counts.items()
        if count
    )


def teach() -> None:
    """Register the words once."""
    say("timeliness", _label(OpinionTimeliness))
    say("channel", _label(Channel))
    say("outcome", _label(Outcome))
    say("part", lambda value: str(PARTS.get(value, "")))
    say("basis", _label(AccessBasis))
    say("way", _label(FeedbackWay))
    say("result", _label(FeedbackResult))
    say("withdrawn", lambda value: _("取消遮盖，恢复原文") if value else "")
    say("ground", _label(DestructionGround))
    say("opinions_shown", lambda value: _("公开意见和答复") if value else _("不公开意见内容"))
    say("counts", counts_in_words)
    say("late", lambda value: _("逾期 %(count)s 条") % {"count": value} if value else "")
    say("on_behalf", lambda value: _("代录 %(count)s 条") % {"count": value} if value else "")
    say("range", lambda value: _("编号 %(first)s 至 %(last)s") % {"first": value[0], "last": value[1]})
