"""Making an export and recording it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.capacity import ledger_role
from notices.content_store import hash_and_size
from notices.exports.models import ExportFormat, ExportRecord, Profile
from notices.exports.renderers import write_csv, write_xlsx
from notices.exports.rows import columns_for, local_time, opinions_for, rows_for
from notices.ledger.models import Chain
from notices.models import NoticePage, NoticeRecord
from notices.opinions.feedback import awaits_answer
from notices.permissions import can_edit_notice, is_officer, is_operator, visible_records
from notices.services import chain_key, write_entry

IN_MEMORY = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Export:
    """A finished export: the file, open at its beginning, its name and its record."""

    handle: IO[bytes]
    file_name: str
    record: ExportRecord


def profile_for(user: Any, notice: NoticePage) -> Profile:
    """Return the profile in which a person may export a notice's records.

    Raises PermissionDenied for everybody else, rivals and outsiders among them.
    """
    if is_operator(user):
        return Profile.BUREAU
    visible = visible_records(NoticeRecord.objects.filter(page=notice), user).exists()
    if visible and is_officer(user):
        return Profile.BUREAU
    if visible and can_edit_notice(user, notice):
        return Profile.PROPONENT
    raise PermissionDenied


def cover_of(
    notice: NoticePage, *, profile: Profile, purpose: str, user: Any, now: datetime
) -> list[tuple[str, str]]:
    """Return the cover sheet: what this is, for whom, and the counts that let a reader check it."""
    record: NoticeRecord = notice.record
    opinions = opinions_for(notice, profile)
    numbers = list(opinions.values_list("number", flat=True))
    unanswered = opinions.filter(awaits_answer()).count()
    chain = Chain.objects.filter(key=chain_key(record)).first()
    window = f"{record.first_day} — {record.last_day} 24:00" if record.last_day else _("无")
    pairs = [
        (_("文件"), _("公众意见汇总表")),
        (_("项目名称"), notice.project_name),
        (_("建设单位"), notice.proponent_name),
        (_("公示码"), record.code),
        (_("征求意见期限"), window),
        (_("用途"), purpose),
        (_("导出范围"), str(profile.label)),
        (_("导出人"), user.get_full_name() or user.get_username()),
        (_("导出时间"), local_time(now)),
        (_("意见数"), _("%(count)s 条") % {"count": len(numbers)} if numbers else _("0 条，没有收到意见")),
        (_("编号范围"), f"{numbers[0]} — {numbers[-1]}" if numbers else _("无")),
        (_("逾期"), str(opinions.filter(timeliness="late").count())),
        (_("代录"), str(opinions.exclude(transcriber=None).count())),
        (_("有遮盖"), str(opinions.exclude(redacted_text="").count())),
        (_("内容已销毁"), str(opinions.exclude(destroyed_at=None).count())),
        (_("未答复"), str(unanswered)),
        (_("台账链头"), chain.head if chain else ""),
    ]
    if unanswered:
        pairs.insert(1, (_("状态"), _("未完成：还有意见没有答复")))
    if record.demo:
        pairs.insert(0, (_("演示"), _("企业、项目和意见均为虚构")))
    return pairs


def export_opinions(
    *, notice: NoticePage, user: Any, export_format: str, purpose: str, now: datetime
) -> Export:
    """Write the comment records of a notice to a file, record the export and enter it in the ledger.

    Raises PermissionDenied when the person may not see them, ValidationError without a purpose.
    """
    profile = profile_for(user, notice)
    if not purpose.strip():
        raise ValidationError(_("请写明导出用途。"))
    # Closed by whoever sends it; a temporary file above two megabytes, so that memory stays bounded.
    handle: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    columns = columns_for(profile)
    rows = rows_for(notice, profile)
    if export_format == ExportFormat.CSV:
        count = write_csv(handle, [str(column.heading) for column in columns], rows)
    else:
        cover = cover_of(notice, profile=profile, purpose=purpose, user=user, now=now)
        headings = [(str(column.heading), column.width) for column in columns]
        count = write_xlsx(handle, headings, rows, cover)
    digest, _size = hash_and_size(handle)
    with transaction.atomic():
        record = ExportRecord.objects.create(
            notice=notice,
            profile=profile,
            format=export_format,
            purpose=purpose,
            rows=count,
            sha256=digest,
            made_by=user,
            made_at=now,
        )
        payload = {"profile": str(profile), "format": export_format, "rows": count, "sha256": digest}
        role = ledger_role(user)
        write_entry(record=notice.record, act="exported", role=role, now=now, payload=payload, user=user)
    day = timezone.localtime(now)
    return Export(handle, f"{notice.record.code}-opinions-{day:%Y%m%d}.{export_format}", record)
