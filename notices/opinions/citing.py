"""A page of a report that an opinion is to speak of: the form opens with its place already in the text."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from notices.models import Attachment, AttachmentKind, NoticeRecord

MOST_PARTS = 9999
_REPORTS = (AttachmentKind.DRAFT_REPORT, AttachmentKind.FULL_REPORT)


def cited_page(record: NoticeRecord, query: Any) -> str:
    """Return the beginning of the opinion, empty unless the query string names a page of a file now on the notice.

    How many parts a Word file has is not known here: any number of at most four digits is taken.

    Only numbers are read from it, so that nobody can put words into somebody else's form by a link.
    """
    file, page = query.get("file", ""), query.get("page", "")
    if not all(value.isascii() and value.isdigit() and len(value) < 10 for value in (file, page)):
        return ""
    attachment = Attachment.objects.filter(notice_id=record.page_id, pk=int(file)).first()
    if attachment is None or not attachment.is_in_force:
        return ""
    if not 1 <= int(page) <= (MOST_PARTS if attachment.is_word else attachment.pages or 0):
        return ""
    if attachment.is_word:
        return _("《%(title)s》第 %(part)d 部分：") % {"title": attachment.title, "part": int(page)}
    if attachment.kind in _REPORTS:
        return _("报告书第 %(page)d 页：") % {"page": int(page)}
    return _("《%(title)s》第 %(page)d 页：") % {"title": attachment.title, "page": int(page)}
