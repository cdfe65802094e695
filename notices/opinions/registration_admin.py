"""Staff's acts on registrations: keying in, choosing, reading the names with a reason."""

from __future__ import annotations

from collections import Counter
from secrets import token_hex
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from notices.models import Meeting, NoticePage
from notices.opinions.admin_views import NoticeFormView
from notices.opinions.models import Capacity, Channel
from notices.opinions.permissions import may_answer
from notices.opinions.registration_forms import NamesForm, SelectionForm, StaffRegistrationForm
from notices.opinions.registrations import read_names, register, select_representatives
from notices.permissions import can_see_notice_in_admin


class RegistrationsView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """The registrations of a meeting without any name: counts by village, and the way to the acts."""

    template_name = "opinions/admin/registrations.html"
    page_title = gettext_lazy("会议报名")
    header_icon = "group"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let in those who see the notice."""
        meetings = Meeting.objects.select_related("notice__record")
        self.meeting = get_object_or_404(meetings, pk=kwargs["pk"])
        if not can_see_notice_in_admin(request.user, self.meeting.notice):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """Name the meeting."""
        return str(self.meeting)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add rows and counts."""
        rows = list(self.meeting.registrations.all())
        return super().get_context_data(
            meeting=self.meeting,
            rows=rows,
            villages=Counter(row.village or _("未填写") for row in rows).most_common(),
            selected=sum(row.selected_at is not None for row in rows),
            may_act=may_answer(self.request.user, self.meeting.notice),
            **kwargs,
        )


class _MeetingFormView(NoticeFormView):
    """A form about the registrations of one meeting, for the proponent's staff."""

    @method_decorator(sensitive_post_parameters())
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the meeting, then let in whoever may act on its notice."""
        self.meeting = get_object_or_404(Meeting.objects.select_related("notice"), pk=kwargs["pk"])
        return super().dispatch(request, *args, notice_id=self.meeting.notice_id, **kwargs)

    def allowed(self, user: Any, notice: NoticePage) -> bool:
        """Let the proponent's staff in."""
        return may_answer(user, notice)

    def get_page_subtitle(self) -> str:
        """Name the meeting."""
        return str(self.meeting)

    def get_success_url(self) -> str:
        """Lead to the registrations."""
        return reverse("meeting_registrations", args=[self.meeting.pk])


class RegisterView(_MeetingFormView):
    """Key in a registration."""

    form_class = StaffRegistrationForm
    page_title = gettext_lazy("代录报名")
    header_icon = "plus-inverse"
    submit_label = gettext_lazy("登记")
    explanation = gettext_lazy(
        "登记用电话、信函、当面等方式报名的公众，以及邀请的专家。姓名和联系方式加密保存。"
    )

    def get_initial(self) -> dict[str, Any]:
        """Give the form its key, so that a double click records once."""
        return {"form_key": f"staff:{token_hex(16)}"}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the villages of the notice."""
        return {**super().get_form_kwargs(), "notice": self.meeting.notice}

    def form_valid(self, form: StaffRegistrationForm) -> HttpResponse:
        """Record."""
        data = form.cleaned_data
        try:
            done = register(
                meeting=self.meeting,
                registrant=form.registrant(),
                village=data["village"],
                form_key=f"meeting:{self.meeting.pk}:{self.request.user.pk}:{data['form_key']}",
                now=timezone.now(),
                capacity=Capacity(data["capacity"]),
                channel=Channel(data["channel"]),
                user=self.request.user,
            )
        except ValidationError as error:
            return self.refused(form, error)
        messages.success(
            self.request, _("已登记，报名编号 %(number)s。") % {"number": done.registration.number}
        )
        return redirect(self.get_success_url())


class SelectView(_MeetingFormView):
    """Choose the representatives."""

    form_class = SelectionForm
    page_title = gettext_lazy("选定参会人员")
    header_icon = "tick-inverse"
    submit_label = gettext_lazy("选定")
    explanation = gettext_lazy(
        "选取的原则和过程会在会议页面公开，只公开人数，不公开姓名。重新选定会取代前一次。"
    )

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the registrations."""
        return {**super().get_form_kwargs(), "registrations": self.meeting.registrations.all()}

    def get_initial(self) -> dict[str, Any]:
        """Start from the last choice."""
        chosen = self.meeting.registrations.filter(selected_at__isnull=False)
        return {"chosen": list(chosen), "principle": self.meeting.selection_principle}

    def form_valid(self, form: SelectionForm) -> HttpResponse:
        """Choose."""
        try:
            count = select_representatives(
                meeting=self.meeting, user=self.request.user, now=timezone.now(), **form.cleaned_data
            )
        except ValidationError as error:
            return self.refused(form, error)
        messages.success(self.request, _("已选定 %(count)d 人。") % {"count": count})
        return redirect(self.get_success_url())


class NamesView(_MeetingFormView):
    """Read names and contacts, after saying why; shown once, to be printed, kept nowhere."""

    form_class = NamesForm
    page_title = gettext_lazy("查阅报名信息")
    header_icon = "user"
    submit_label = gettext_lazy("查阅")
    submit_active_label = gettext_lazy("正在打开…")
    explanation = gettext_lazy("每次查阅都记录查阅人、时间和原因。只用于选取代表、通知参会和签到。")

    def form_valid(self, form: NamesForm) -> HttpResponse:
        """Record the access and show the list."""
        data = form.cleaned_data
        try:
            rows = read_names(
                meeting=self.meeting,
                only_selected=data["only_selected"],
                reason=data["reason"],
                user=self.request.user,
                now=timezone.now(),
            )
        except ValidationError as error:
            return self.refused(form, error)
        return self.render_to_response(self.get_context_data(form=form, rows=rows, meeting=self.meeting))

    def get_template_names(self) -> list[str]:
        """Return the form's template, which also shows the opened list."""
        return ["opinions/admin/registration_names.html"]
