"""Printing opinion forms with page two: on the same grounds, with the same record, as reading it on the screen."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.archive.full_forms import MOST, full_forms
from notices.archive.responses import FAILURES, PDF, file_response
from notices.models import NoticeRecord
from notices.opinions.access import read_contacts
from notices.opinions.admin_forms import ContactsForm
from notices.opinions.admin_views import ContactsView
from notices.opinions.models import AccessBasis
from notices.printing import PrintingUnavailable, missing_parts


class FullFormsView(ContactsView):
    """Tick a few opinions, say why, get their forms as one PDF."""

    page_title = gettext_lazy("打印意见表（含第二页）")
    header_icon = "print"
    submit_label = gettext_lazy("打印（PDF）")
    submit_active_label = gettext_lazy("正在生成…")

    def form_valid(self, form: ContactsForm) -> HttpResponse:
        """Record the access and send the forms; nothing is recorded that cannot be printed."""
        data, now = form.cleaned_data, timezone.now()
        opinions = list(data["opinions"])
        try:
            if len(opinions) > MOST:
                raise ValidationError(_("一次最多打印 %(most)s 份，请分几次。"), params={"most": MOST})
            if missing := missing_parts():
                raise ValidationError(str(PrintingUnavailable(missing)))
            opened = read_contacts(
                opinions=opinions,
                user=self.request.user,
                basis=AccessBasis(data["basis"]),
                reason=data["reason"],
                now=now,
            )
            record = NoticeRecord.objects.select_related("page", "revision", "approved_revision").get(
                page=self.notice
            )
            printed = full_forms(record, opinions, opened, now=now)
        except ValidationError as error:
            return self.refused(form, error)
        except FAILURES:
            return self.refused(form, ValidationError(_("现在不能生成 PDF，请在“查阅联系方式”中查看。")))
        return file_response(printed.content, f"公众意见表-{record.code}.pdf", PDF, download=True)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Never show on the screen what is to be printed."""
        return super().get_context_data(**{**kwargs, "rows": None})
