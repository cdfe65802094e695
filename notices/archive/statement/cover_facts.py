"""What the cover of an export says of the statement: whether its number of opinions is still that of the register."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from notices.archive.statement.building import latest_statement
from notices.models import NoticeRecord
from notices.opinions.models import Opinion
from notices.opinions.public_opinions import takes_opinions


def statement_against_register(record: NoticeRecord) -> Sequence[tuple[str, str]]:
    """Return the line of one notice: the opinions that the last statement counts of it beside those in the register."""
    project = record.page.project
    if project is None or not takes_opinions(record):
        return []
    label, build = _("公众参与说明与登记数"), latest_statement(project)
    if build is None:
        return [(label, _("还没有生成说明"))]
    stated = next((row["total"] for row in build.counts["rounds"] if row["code"] == record.code), None)
    counted = Opinion.objects.filter(notice=record.page).count()
    if stated is None:
        return [(label, _("说明没有列入本公示，请重新生成说明"))]
    words = {"stated": stated, "counted": counted}
    if stated == counted:
        return [(label, _("说明 %(stated)s 条，登记 %(counted)s 条，一致") % words)]
    return [(label, _("说明 %(stated)s 条，登记 %(counted)s 条，不一致，请重新生成说明") % words)]
