"""Telling the answers: logging attempts, the call list, text messages, the sheet for the village board."""

from __future__ import annotations

import logging
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages

from notices.models import NoticePage
from notices.opinions.access import read_contacts
from notices.opinions.admin_views import NoticeView
from notices.opinions.answer_sheet import answer_sheet
from notices.opinions.answer_texts import ONE_MESSAGE, short_text, spoken_answer
from notices.opinions.desk_forms import CallListForm, FeedbackForm, PickedForm
from notices.opinions.desk_views import PickedFormView, desk_url, may_call
from notices.opinions.feedback import FeedbackState, log_feedback, with_feedback
from notices.opinions.models import AccessBasis, ContactKind, Opinion
from notices.opinions.page_two import PageTwo
from notices.opinions.permissions import may_answer
from notices.printing import PrintingFaultError, PrintingUnavailable

logger = logging.getLogger(__name__)

# Each contact is opened with a key of its own, and nobody calls more people in one go.
MOST_CALLS = 200
_BY_EASE = (ContactKind.MOBILE, ContactKind.LANDLINE, ContactKind.EMAIL, ContactKind.POSTAL)


class FeedbackView(PickedFormView):
    """Log one attempt for all that were ticked."""

    form_class = FeedbackForm
    page_title = gettext_lazy("登记反馈")
    header_icon = "mail"
    submit_label = gettext_lazy("登记")
    explanation = gettext_lazy(
        "勾选的意见登记同一次反馈的方式和结果。未采纳、部分采纳而留有联系方式的，须向本人说明理由（第十八条）。"
    )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Log."""
        data = form.cleaned_data
        try:
            attempts = log_feedback(
                opinions=data["opinions"],
                way=data["way"],
                result=data["result"],
                tried_on=data["tried_on"],
                note=data["note"],
                user=self.request.user,
                now=timezone.now(),
            )
        except ValidationError as error:
            return self.refused(form, error)
        if attempts:
            messages.success(self.request, _("已登记 %(count)d 条反馈。") % {"count": len(attempts)})
        else:
            messages.info(self.request, _("同样的反馈已经登记过，没有重复登记。"))
        return redirect(self.get_success_url())


class CallListView(PickedFormView):
    """Open the contacts of a batch, after saying why, beside what is to be said; shown once and kept nowhere."""

    form_class = CallListForm
    template_name = "opinions/admin/calls.html"
    page_title = gettext_lazy("反馈名单")
    header_icon = "user"
    submit_label = gettext_lazy("打开名单")
    submit_active_label = gettext_lazy("正在打开…")
    explanation = gettext_lazy(
        "名单列出联系方式和要说的话。每次打开都记录查阅人、时间、原因和意见编号；只用于反馈，用后销毁。"
    )

    def allowed(self, user: Any, notice: NoticePage) -> bool:
        """Let in whoever may read contacts for the feedback now."""
        return may_call(user, notice)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Record the access and show the batch."""
        data = form.cleaned_data
        answered = [opinion for opinion in data["opinions"] if opinion.answer is not None]
        if not answered:
            form.add_error(None, _("勾选的意见都还没有答复，请先答复。"))
            return self.form_invalid(form)
        if len(answered) > MOST_CALLS:
            form.add_error(None, _("一次最多 %(most)d 条，请分批。") % {"most": MOST_CALLS})
            return self.form_invalid(form)
        try:
            opened = read_contacts(
                opinions=answered,
                user=self.request.user,
                basis=AccessBasis.FEEDBACK,
                reason=data["reason"],
                now=timezone.now(),
            )
        except ValidationError as error:
            return self.refused(form, error)
        context = self.get_context_data(form=form)
        return self.render_to_response({**context, "rows": call_rows(answered, opened)})


def call_rows(opinions: list[Opinion], opened: dict[int, PageTwo | None]) -> list[dict[str, Any]]:
    """Return one row an opinion, telephones first, each with what is to be said and where its feedback stands."""
    keys = [opinion.pk for opinion in opinions]
    states = dict(with_feedback(Opinion.objects.filter(pk__in=keys)).values_list("pk", "feedback"))
    rows = [
        {
            "opinion": opinion,
            "page_two": opened[opinion.pk],
            "state": FeedbackState(states[opinion.pk]).label,
            "spoken": spoken_answer(opinion.answer) if opinion.answer else "",
        }
        for opinion in opinions
    ]
    return sorted(rows, key=lambda row: (_ease(row["page_two"]), row["opinion"].sequence))


def _ease(page_two: PageTwo | None) -> int:
    if page_two is None or page_two.contact_kind not in _BY_EASE:
        return len(_BY_EASE)
    return _BY_EASE.index(page_two.contact_kind)


class ShortTextsView(PickedFormView):
    """Text messages for all that were ticked, to be copied; nothing is sent and no contact is opened."""

    form_class = PickedForm
    template_name = "opinions/admin/short_texts.html"
    page_title = gettext_lazy("短信文字")
    header_icon = "mail"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add a text for each opinion that is answered."""
        context = super().get_context_data(**kwargs)
        rows = [
            (opinion, short_text(opinion, opinion.answer))
            for opinion in context["form"].picked()
            if opinion.answer is not None
        ]
        return {
            **context,
            "texts": [(opinion.number, text, len(text)) for opinion, text in rows],
            "long": sum(len(text) > ONE_MESSAGE for _opinion, text in rows),
            "all_texts": "\n".join(text for _opinion, text in rows),
        }

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Show the same page: there is nothing to be done with it here."""
        return self.render_to_response(self.get_context_data(form=form))


class AnswerSheetView(NoticeView, View):  # type: ignore[misc]
    """The sheet for the village board, as PDF."""

    def allowed(self, user: Any, notice: NoticePage) -> bool:
        """Let the proponent's staff in."""
        return may_answer(user, notice)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send the sheet, or say why it cannot be made."""
        try:
            data = answer_sheet(notice=self.notice, now=timezone.now())
        except PrintingUnavailable as error:
            messages.error(request, str(error))
            return redirect(desk_url(self.notice))
        except PrintingFaultError:
            logger.error("answer sheet of %s could not be printed", self.notice.record.code)
            messages.error(request, _("答复张贴页没有生成，请联系平台管理员。"))
            return redirect(desk_url(self.notice))
        response = HttpResponse(data, content_type="application/pdf")
        name = f"answers-{self.notice.record.code}.pdf"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
