"""In-depth participation in the admin: the decision, the meetings of a notice, and the acts on each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput

from notices import meeting_services, permissions
from notices.calendars import current_calendar
from notices.evidence_forms import EvidenceForm
from notices.form_errors import show_refusal
from notices.forms import MultipleFileField, MultipleFileInput, PublicReasonForm
from notices.meeting_duties import duties_of_meeting
from notices.models import DepthChoice, Meeting, NoticeRecord
from notices.viewsets import EvidenceInspectView, EvidenceViewSet

# Once announced these change by rescheduling only, which is public.
_FIXED_ONCE_ANNOUNCED = (
    "kind",
    "topic",
    "held_on",
    "held_time",
    "place",
    "eligibility",
    "registration_until",
)


class DepthForm(forms.Form):
    """The decision with its reason."""

    choice = forms.ChoiceField(label=_("决定"), choices=DepthChoice.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "写明质疑性意见有多少、集中在哪些问题，为什么召开或不召开。理由记入台账，请不要写入个人信息。"
        ),
    )


class MeetingForm(EvidenceForm):
    """A meeting as planned; what was announced is changed by rescheduling."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Close the announced facts, and say what the new files are."""
        super().__init__(*args, **kwargs)
        self.fields["new_files"].help_text = gettext_lazy(
            "签到表、照片、笔录等存档材料，不公开。PDF、JPG、PNG。"
        )
        if self.instance.announced_on is not None:
            for name in _FIXED_ONCE_ANNOUNCED:
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        """Refuse a registration that ends after the meeting."""
        cleaned: dict[str, Any] = super().clean() or {}
        until, held_on = cleaned.get("registration_until"), cleaned.get("held_on")
        if until and held_on and until > held_on:
            self.add_error("registration_until", _("报名截止日期不能晚于会议日期。"))
        return cleaned


class RescheduleForm(PublicReasonForm):
    """A new day, time or place."""

    held_on = forms.DateField(label=gettext_lazy("召开日期"), widget=AdminDateInput())
    held_time = forms.CharField(label=gettext_lazy("召开时间"), max_length=20)
    place = forms.CharField(label=gettext_lazy("地点"), max_length=200)
    registration_until = forms.DateField(label=gettext_lazy("报名截止日期"), widget=AdminDateInput())
    field_order = ["held_on", "held_time", "place", "registration_until", "reason"]


class InvitationForm(forms.Form):
    """When how many were invited in writing."""

    invited_on = forms.DateField(label=gettext_lazy("书面通知日期"), widget=AdminDateInput())
    count = forms.IntegerField(label=gettext_lazy("通知人数（代表和专家）"), min_value=1, max_value=10_000)


class MinutesForm(forms.Form):
    """The minutes as text, as files, or both."""

    text = forms.CharField(
        label=gettext_lazy("纪要"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("如实记载各种意见。会公开，请不要写入参会公众的姓名和联系方式。"),
    )
    uploads = MultipleFileField(
        label=gettext_lazy("纪要文件"),
        required=False,
        help_text=gettext_lazy("PDF、JPG、PNG，会公开，请先遮盖个人信息。"),
        widget=MultipleFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


class _ReasonedView(WagtailAdminTemplateMixin, FormView):  # type: ignore[misc,type-arg]
    """A form of one act; a refusal of the service is shown beside its field."""

    template_name = "notices/admin/act_form.html"
    explanation: Any = ""
    submit_label: Any = gettext_lazy("保存")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the form template shows."""
        return super().get_context_data(
            explanation=self.explanation,
            submit_label=self.submit_label,
            submit_active_label=_("正在办理…"),
            back_url=self.get_success_url(),
            **kwargs,
        )

    def attempt(self, form: forms.Form, act: Callable[[], Any], done: str) -> HttpResponse:
        """Perform an act and lead on."""
        try:
            act()
        except ValidationError as error:
            show_refusal(form, error)
            return self.form_invalid(form)
        messages.success(self.request, done)
        return redirect(self.get_success_url())


class DepthDecisionView(_ReasonedView):
    """Decide on in-depth participation."""

    form_class = DepthForm
    page_title = gettext_lazy("深度公众参与决定")
    header_icon = "group"
    submit_label = gettext_lazy("记录决定")
    explanation = gettext_lazy(
        "对预测结论、环保措施、风险防范的质疑性意见多的，应召开座谈会或听证会；对专业技术方法、导则、理论质疑多的，应召开专家论证会"
        "（《环境影响评价公众参与办法》第十四条）。多少算多，法律没有定数，由建设单位判断并写明理由。可以再次决定，前一次留存。"
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let in those who prepare the notice."""
        self.record = get_object_or_404(NoticeRecord.objects.select_related("page"), pk=kwargs["pk"])
        if not permissions.can_edit_notice(request.user, self.record.page):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """Name the notice."""
        return f"{self.record.code} {self.record.page.project_name}"

    def get_success_url(self) -> str:
        """Lead to the register entry."""
        return reverse("notice_register:inspect", args=[self.record.pk])

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Decide."""
        data = form.cleaned_data
        return self.attempt(
            form,
            lambda: meeting_services.decide_depth(
                record=self.record,
                choice=DepthChoice(data["choice"]),
                reason=data["reason"],
                user=self.request.user,
                now=timezone.now(),
            ),
            _("决定已记录。"),
        )


class MeetingActView(_ReasonedView):
    """One act on a meeting."""

    form_class = forms.Form
    done: Any = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let in those who prepare the notice."""
        meetings = Meeting.objects.select_related("notice__record")
        self.meeting = get_object_or_404(meetings, pk=kwargs["pk"])
        if not permissions.can_edit_notice(request.user, self.meeting.notice):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """Name the meeting."""
        return str(self.meeting)

    def get_success_url(self) -> str:
        """Lead back to the meeting."""
        return reverse("meeting:inspect", args=[self.meeting.pk])

    def perform(self, data: dict[str, Any]) -> Any:
        """Call the service."""
        raise NotImplementedError

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Perform the act."""
        return self.attempt(form, lambda: self.perform(form.cleaned_data), str(self.done))

    @property
    def _act(self) -> dict[str, Any]:
        return {"meeting": self.meeting, "user": self.request.user, "now": timezone.now()}


class AnnounceView(MeetingActView):
    """Publish the notice of the meeting."""

    page_title = submit_label = gettext_lazy("公告会议")
    header_icon = "globe"
    explanation = gettext_lazy(
        "会议公告在公示页面公开并开放网上报名。须在会议10个工作日前公告，并同时在现场张贴（第十五条）。公告后时间和地点只能通过改期更改。"
    )
    done = gettext_lazy("会议已公告，网上报名已开放。")

    def perform(self, data: dict[str, Any]) -> Any:
        """Announce."""
        return meeting_services.announce_meeting(**self._act)


class RescheduleView(MeetingActView):
    """Move the meeting."""

    form_class = RescheduleForm
    page_title = submit_label = gettext_lazy("改期")
    header_icon = "calendar-alt"
    explanation = gettext_lazy("改日期的，自今天重新公告，新的日期须在10个工作日以后。已有的报名保留。")
    done = gettext_lazy("已改期，新的时间和原因已公开。")

    def get_initial(self) -> dict[str, Any]:
        """Start from the meeting as announced."""
        names = ("held_on", "held_time", "place", "registration_until")
        return {name: getattr(self.meeting, name) for name in names}

    def perform(self, data: dict[str, Any]) -> Any:
        """Reschedule."""
        return meeting_services.reschedule_meeting(**self._act, **data)


class CancelView(MeetingActView):
    """Call the meeting off."""

    form_class = PublicReasonForm
    page_title = submit_label = gettext_lazy("取消会议")
    header_icon = "cross"
    explanation = gettext_lazy("会议页面保留，注明已取消和原因。请用报名时留下的联系方式逐一通知报名的公众。")
    done = gettext_lazy("会议已取消，原因已公开。")

    def perform(self, data: dict[str, Any]) -> Any:
        """Cancel."""
        return meeting_services.cancel_meeting(**self._act, **data)


class InviteView(MeetingActView):
    """Write down the invitations."""

    form_class = InvitationForm
    page_title = submit_label = gettext_lazy("登记书面通知")
    header_icon = "mail"
    explanation = gettext_lazy("选定的代表和专家应在会议5个工作日前收到书面通知（第十五条）。")
    done = gettext_lazy("书面通知已登记。")

    def perform(self, data: dict[str, Any]) -> Any:
        """Record."""
        return meeting_services.record_invitations(**self._act, **data)


class MinutesView(MeetingActView):
    """Publish the minutes."""

    form_class = MinutesForm
    page_title = submit_label = gettext_lazy("公开会议纪要")
    header_icon = "doc-full-inverse"
    explanation = gettext_lazy(
        "会后5个工作日内在网络平台公开，如实记载各种意见（第十六条）。公开后不能更改。"
    )
    done = gettext_lazy("会议纪要已公开。")

    def perform(self, data: dict[str, Any]) -> Any:
        """Publish."""
        return meeting_services.publish_minutes(**self._act, **data)


ACTS: tuple[tuple[str, type[MeetingActView], Callable[[Meeting], bool]], ...] = (
    ("announce", AnnounceView, lambda meeting: meeting.announced_on is None),
    ("invite", InviteView, lambda meeting: _stands(meeting) and meeting.minutes_on is None),
    ("minutes", MinutesView, lambda meeting: _stands(meeting) and meeting.minutes_on is None),
    ("reschedule", RescheduleView, lambda meeting: _stands(meeting) and meeting.minutes_on is None),
    ("cancel", CancelView, lambda meeting: _stands(meeting) and meeting.minutes_on is None),
)


def _stands(meeting: Meeting) -> bool:
    return meeting.announced_on is not None and meeting.cancelled_on is None


def act_urls() -> list[Any]:
    """Return the addresses of the acts and of the decision."""
    acts = [
        path(f"notices/meetings/<int:pk>/{name}/", view.as_view(), name=f"meeting_{name}")
        for name, view, _on_offer in ACTS
    ]
    decision = path(
        "notices/records/<int:pk>/depth/decide/", DepthDecisionView.as_view(), name="depth_decision"
    )
    return [decision, *acts]


class MeetingInspectView(EvidenceInspectView):
    """A meeting: facts, clocks, what can be done next."""

    template_name = "notices/admin/meeting_inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add clocks and acts."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        meeting: Any = self.object
        context["record"] = meeting.notice.record
        context["duties"] = list(duties_of_meeting(meeting, current_calendar()))
        context["may_act"] = permissions.can_edit_notice(self.request.user, meeting.notice)
        if context["may_act"]:
            context["acts"] = [
                (view.page_title, reverse(f"meeting_{name}", args=[meeting.pk]))
                for name, view, on_offer in ACTS
                if on_offer(meeting)
            ]
        return context


class MeetingViewSet(EvidenceViewSet):
    """座谈会、听证会、论证会."""

    model: type[Model] = Meeting
    evidence_form = MeetingForm
    icon = "group"
    menu_label = gettext_lazy("会议")
    menu_order = 130
    add_to_admin_menu = True
    inspect_view_class = MeetingInspectView
    inspect_template_name = "notices/admin/meeting_inspect.html"
    form_fields = [
        "notice",
        "kind",
        "topic",
        "held_on",
        "held_time",
        "place",
        "eligibility",
        "register_how",
        "registration_until",
        "note",
    ]
