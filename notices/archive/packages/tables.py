"""The comment records of a package as tables."""

from __future__ import annotations

from typing import IO

from django.utils.translation import gettext as _

from notices.archive.packages.contents import Asked
from notices.exports.covers import cover_of
from notices.exports.models import ExportFormat
from notices.exports.services import mark_of, write_records
from notices.opinions.feedback import awaits_answer
from notices.opinions.models import Opinion


class _Console:
    """Who makes a package where nobody is signed in."""

    def get_full_name(self) -> str:
        """Return what the cover says."""
        return _("平台（服务器命令）")

    def get_username(self) -> str:
        """Return the same: nobody is signed in."""
        return self.get_full_name()


def write_table(asked: Asked, export_format: ExportFormat, handle: IO[bytes]) -> int:
    """Write the comment records of a notice in a format; return the rows."""
    notice = asked.record.page
    notice.record = asked.record
    user = asked.user or _Console()
    cover = cover_of(notice, profile=asked.profile, purpose=asked.purpose, user=user, now=asked.now)
    waiting = Opinion.objects.filter(awaits_answer(), notice=notice).exists()
    return write_records(
        notice=notice,
        profile=asked.profile,
        export_format=export_format,
        handle=handle,
        cover=cover,
        now=asked.now,
        mark=mark_of(user, purpose=asked.purpose, now=asked.now),
        stamp=_("未完成") if waiting else "",
    )
