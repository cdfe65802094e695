"""The answering desk of a notice: its worklist in groups, one group in full, and the acts on what was ticked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.paginator import WagtailPaginator

from notices.models import NoticePage
from notices.opinions.admin_views import NoticeFormView, NoticeView, register_crumb
from notices.opinions.answering import answer_opinions
from notices.opinions.desk_forms import ALL, AnswerForm, PickedForm, TopicsForm, WorklistForm
from notices.opinions.feedback import FeedbackState
from notices.opinions.models import AccessBasis, Outcome
from notices.opinions.permissions import may_answer, may_read_contacts
from notices.opinions.topics import mark_topics
from notices.opinions.worklist import (
    desk_counts,
    group_with,
    groups_of,
    limited,
    members,
    on_behalf_sentence,
    recipients,
    shown_groups,
    wanted_opinions,
)

GROUPS_PER_PAGE = 20
MEMBERS_PER_PAGE = 100


def desk_url(notice: NoticePage, **limits: str) -> str:
    """Return the address of a notice's worklist."""
    query = f"?{urlencode(limits)}" if limits else ""
    return reverse("opinions_desk", args=[notice.pk]) + query


def paging(page: Any) -> dict[str, Any]:
    """Return what Wagtail's page navigation shows."""
    return {"page_obj": page, "elided_page_range": page.paginator.get_elided_page_range(page.number)}


def may_call(user: Any, notice: NoticePage) -> bool:
    """Whether the person may now read contacts in order to tell the answers."""
    basis = AccessBasis.FEEDBACK
    return may_answer(user, notice) and may_read_contacts(user, notice.record, basis, now=timezone.now())


class DeskView(NoticeView, TemplateView):  # type: ignore[misc]
    """The worklist."""

    template_name = "opinions/admin/desk.html"
    page_title = gettext_lazy("答复工作台")
    header_icon = "list-ul"

    def allowed(self, user: Any, notice: NoticePage) -> bool:
        """Let the proponent's staff in."""
        return may_answer(user, notice)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add counts, limits and one page of groups."""
        form = WorklistForm(self.request.GET, notice=self.notice)
        form.is_valid()
        wanted = form.wanted()
        keys = set(wanted_opinions(self.notice, wanted).values_list("pk", flat=True))
        paginator = WagtailPaginator(limited(groups_of(self.notice), keys), GROUPS_PER_PAGE)
        page = paginator.get_page(self.request.GET.get("p"))
        counts = desk_counts(self.notice)
        return super().get_context_data(
            notice=self.notice,
            form=form,
            counts=counts,
            on_behalf=on_behalf_sentence(counts["on_behalf"], counts["total"]),
            groups=shown_groups(list(page.object_list)),
            group_count=paginator.count,
            found=len(keys),
            **paging(page),
            states=self._states(counts, wanted.state or ALL),
            back=self.request.get_full_path(),
            may_call=may_call(self.request.user, self.notice),
            **kwargs,
        )

    def _states(self, counts: dict[str, int], current: str) -> list[tuple[str, int, str, bool]]:
        """Return label, count and address of the states that the desk works through, and whether it is shown now."""
        rows = (
            (_("尚未答复"), counts["unanswered"], FeedbackState.UNANSWERED.value),
            (_("待反馈"), counts["due"], FeedbackState.DUE.value),
            (_("可反馈"), counts["open"], FeedbackState.OPEN.value),
            (_("反馈完毕"), counts["ended"], "told"),
            (_("全部"), counts["total"], ALL),
        )
        return [
            (label, count, desk_url(self.notice, state=state), state == current)
            for label, count, state in rows
        ]


class GroupView(NoticeView, TemplateView):  # type: ignore[misc]
    """One group, opinion by opinion, with what differs; near is not the same, so each can be left out."""

    template_name = "opinions/admin/group.html"
    page_title = gettext_lazy("相近的意见")
    header_icon = "list-ul"

    def allowed(self, user: Any, notice: NoticePage) -> bool:
        """Let the proponent's staff in."""
        return may_answer(user, notice)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the worklist."""
        desk = {"url": desk_url(self.notice), "label": DeskView.page_title}
        return [*self.breadcrumbs_items, *register_crumb(), desk, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the most frequent wording and one page of those who sent it or nearly it."""
        group = group_with(self.notice, self.kwargs["pk"])
        if group is None:
            raise Http404
        # The rare wordings first: they are what one opens this page for.
        keys = [pk for variant in reversed(group) for pk in variant]
        page = WagtailPaginator(keys, MEMBERS_PER_PAGE).get_page(self.request.GET.get("p"))
        (shown,) = shown_groups([group])
        return super().get_context_data(
            notice=self.notice,
            group=shown,
            members=members(group, list(page.object_list)),
            **paging(page),
            back=desk_url(self.notice),
            may_call=may_call(self.request.user, self.notice),
            **kwargs,
        )


class PickedFormView(NoticeFormView):
    """A form about the opinions ticked in the worklist, or the one from whose entry the person came."""

    template_name = "opinions/admin/picked_form.html"

    def allowed(self, user: Any, notice: NoticePage) -> bool:
        """Let the proponent's staff in."""
        return may_answer(user, notice)

    @property
    def is_opening(self) -> bool:
        """Whether the form was asked for from the worklist, whose ticks come by POST, and not filled in yet."""
        return self.request.method == "POST" and "pick" in self.request.POST

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the worklist."""
        desk = {"url": desk_url(self.notice), "label": DeskView.page_title}
        return [*self.breadcrumbs_items, *register_crumb(), desk, {"url": "", "label": self.page_title}]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer this notice's opinions; leave the form empty while it is only opened."""
        kwargs = {**super().get_form_kwargs(), "notice": self.notice}
        if self.is_opening:
            kwargs.pop("data", None)
            kwargs.pop("files", None)
            picked = self.get_form_class().base_fields["opinions"].widget
            kwargs["initial"] = {"opinions": picked.value_from_datadict(self.request.POST, {}, "opinions")}
        return kwargs

    def get_initial(self) -> dict[str, Any]:
        """Tick the opinion from which the person came."""
        chosen = self.request.GET.get("opinion", "")
        return {"opinions": chosen} if chosen.isdecimal() else {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; without anything ticked there is nothing to show it for."""
        form = self.get_form()
        if not form.picked():
            messages.warning(request, _("请先勾选意见。"))
            return redirect(self.get_success_url())
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Open the form for what was ticked, or act."""
        if self.is_opening:
            return self.get(request, *args, **kwargs)
        return super().post(request, *args, **kwargs)

    def get_success_url(self) -> str:
        """Lead back to where the ticks were set."""
        back = self.request.POST.get("back", "") or self.request.GET.get("back", "")
        if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
            return back
        return desk_url(self.notice)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add who is meant."""
        context = super().get_context_data(**kwargs)
        form: PickedForm = context["form"]
        return {**context, "recipients": recipients(form.picked()), "back": self.get_success_url()}


class AnswerView(PickedFormView):
    """Give one answer to all that were ticked."""

    form_class = AnswerForm
    page_title = gettext_lazy("答复意见")
    header_icon = "edit"
    submit_label = gettext_lazy("提交答复")
    explanation = gettext_lazy(
        "提交后，提意见的人凭回执可以看到。再次答复会取代前一次；前一次留存备查，已经反馈过的要重新反馈。"
    )

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Answer."""
        data = form.cleaned_data
        try:
            answer_opinions(
                opinions=data["opinions"],
                outcome=Outcome(data["outcome"]),
                reason=data["full_reason"],
                report_reference=data["report_reference"],
                user=self.request.user,
                now=timezone.now(),
            )
        except ValidationError as error:
            return self.refused(form, error)
        messages.success(self.request, _("已答复 %(count)d 条意见。") % {"count": len(data["opinions"])})
        return redirect(self.get_success_url())


class TopicsView(PickedFormView):
    """Set the topics of all that were ticked."""

    form_class = TopicsForm
    page_title = gettext_lazy("设定主题")
    header_icon = "tag"
    submit_label = gettext_lazy("保存")
    explanation = gettext_lazy("主题用于分类统计。系统标的主题，勾选保存后即为本单位确认。")

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Mark."""
        data = form.cleaned_data
        if data["add"] == "add" and not data["topics"]:
            form.add_error("topics", _("请勾选要加上的主题。"))
            return self.form_invalid(form)
        mark_topics(
            opinions=data["opinions"],
            topics=data["topics"],
            add=data["add"] == "add",
            user=self.request.user,
            now=timezone.now(),
        )
        messages.success(
            self.request, _("已设定 %(count)d 条意见的主题。") % {"count": len(data["opinions"])}
        )
        return redirect(self.get_success_url())
