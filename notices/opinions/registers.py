"""公众意见: the view-only register of opinions; page one only, each person's part of it."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.db.models import Count
from django.http import Http404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from notices.models import NoticeRecord
from notices.opinions.content_acts import content_acts
from notices.opinions.feedback import FeedbackState
from notices.opinions.file_access import file_context
from notices.opinions.mails import undelivered
from notices.opinions.models import Channel, Opinion, OpinionTimeliness, Topic
from notices.opinions.permissions import bases_for, may_answer, visible_opinions
from notices.opinions.selectors import answering_progress, state_of
from notices.opinions.text import beginning
from notices.opinions.worklist import DESTROYED, UNMARKED, limit_state, limit_topic, on_behalf_sentence
from notices.permissions import visible_records
from notices.statutory import divisions

SHOWN_CHARACTERS = 60
SHARES_SHOWN = 3


class OpinionFilterSet(WagtailFilterSet):  # type: ignore[misc]
    """Notice, county, state of answer and feedback, topic, village, channel, late, on behalf, supplement, dates."""

    notice = django_filters.ChoiceFilter(
        label=gettext_lazy("公示"), field_name="notice_id", empty_label=gettext_lazy("全部")
    )
    county = django_filters.ChoiceFilter(
        label=gettext_lazy("县（市、区）"), method="filter_county", empty_label=gettext_lazy("全部")
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("处理"),
        choices=(
            (FeedbackState.UNANSWERED.value, gettext_lazy("尚未答复")),
            ("answered", gettext_lazy("已答复")),
            (FeedbackState.DUE.value, gettext_lazy("待反馈（未采纳，必须）")),
            (FeedbackState.OPEN.value, gettext_lazy("已采纳等，可以反馈")),
            ("told", gettext_lazy("反馈完毕")),
            (DESTROYED, gettext_lazy("内容已依法销毁")),
        ),
        method="filter_state",
        empty_label=gettext_lazy("全部"),
    )
    channel = django_filters.ChoiceFilter(
        label=gettext_lazy("方式"), choices=Channel.choices, empty_label=gettext_lazy("全部")
    )
    timeliness = django_filters.ChoiceFilter(
        label=gettext_lazy("是否逾期"), choices=OpinionTimeliness.choices, empty_label=gettext_lazy("全部")
    )
    topic = django_filters.ChoiceFilter(
        label=gettext_lazy("主题"),
        choices=(*Topic.choices, (UNMARKED, gettext_lazy("未标主题"))),
        method="filter_topic",
        empty_label=gettext_lazy("全部"),
    )
    village = django_filters.CharFilter(label=gettext_lazy("村（社区）"), lookup_expr="icontains")
    on_behalf = django_filters.ChoiceFilter(
        label=gettext_lazy("代录"),
        choices=(("yes", gettext_lazy("代录的")), ("no", gettext_lazy("公众自己提交的"))),
        method="filter_on_behalf",
        empty_label=gettext_lazy("全部"),
    )
    supplement = django_filters.ChoiceFilter(
        label=gettext_lazy("补充"),
        choices=(("yes", gettext_lazy("补充意见")), ("no", gettext_lazy("首次意见"))),
        method="filter_supplement",
        empty_label=gettext_lazy("全部"),
    )
    received_at = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("收到日期"), widget=DateRangePickerWidget
    )

    class Meta:
        model = Opinion
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer only notices whose opinions the person may read."""
        super().__init__(*args, **kwargs)
        records = visible_records(NoticeRecord.objects.all(), self.request.user)
        notices = records.filter(page__opinions__isnull=False).distinct().order_by("-pk")
        self.filters["notice"].extra["choices"] = [
            (page_id, f"{code} {name}")
            for page_id, code, name in notices.values_list("page_id", "code", "page__project_name")
        ]

        codes = records.order_by().values_list("page__project__divisions__code", flat=True).distinct()
        self.filters["county"].extra["choices"] = sorted(
            (code, divisions.label(code)) for code in codes if code
        )

    def filter_county(self, opinions: Any, name: str, value: str) -> Any:
        """Limit to notices that touch a county."""
        return opinions.filter(notice__in=NoticeRecord.objects.in_divisions([value]).values("page"))

    def filter_state(self, opinions: Any, name: str, value: str) -> Any:
        """Limit to a state of answer or feedback."""
        return limit_state(opinions, value)

    def filter_topic(self, opinions: Any, name: str, value: str) -> Any:
        """Limit to a topic, or to opinions without any."""
        return limit_topic(opinions, value)

    def filter_on_behalf(self, opinions: Any, name: str, value: str) -> Any:
        """Limit to opinions that staff recorded, or that came by themselves."""
        return opinions.filter(transcriber__isnull=value == "no")

    def filter_supplement(self, opinions: Any, name: str, value: str) -> Any:
        """Limit to supplements, or to first opinions."""
        return opinions.filter(supplement_to__isnull=value == "no")


class OpinionIndexView(generic.IndexView):  # type: ignore[misc]
    """The list."""

    page_title = gettext_lazy("公众意见")
    filterset_class = OpinionFilterSet
    default_ordering = None

    def get_base_queryset(self) -> Any:
        """Limit to what the person may read."""
        opinions = visible_opinions(self.request.user).select_related("notice", "answer", "commenter")
        # What no row shows stays in the database: a page of long letters would be read for nothing.
        opinions = opinions.defer("page_one_salt", "commenter__sealed")
        return opinions.order_by("-recorded_at", "-pk")

    @cached_property
    def columns(self) -> list[Any]:
        """Return the columns; each row costs no query of its own."""
        return [
            self._get_title_column_class(TitleColumn)(
                "number",
                label=_("回执编号"),
                get_url=self.get_inspect_url,
                width="14%",
                classname="title notice-code",
            ),
            Column("text", label=_("意见"), accessor=_beginning),
            Column("project", label=_("项目"), accessor=lambda row: row.notice.project_name, width="20%"),
            Column("channel", label=_("方式"), accessor=_channel, width="9%"),
            Column("contact", label=_("联系方式"), accessor=contact_kind, width="9%"),
            Column("received", label=_("收到时间"), accessor=_received, width="12%"),
            Column("state", label=_("处理"), accessor=_outcome, width="9%"),
        ]

    def get_inspect_url(self, instance: Opinion) -> str:
        """Return the entry's address: whoever sees the row may open it, so nothing is asked row by row."""
        return reverse("opinion_register:inspect", args=[instance.pk])

    @cached_property
    def header_buttons(self) -> list[Any]:
        """Lead to answering and recording, notice by notice, and to exporting what is listed."""
        export = f"{reverse('export_selection')}?{self.request.GET.urlencode()}"
        return [
            HeaderButton(_("按公示办理"), url=reverse("opinions_notices"), icon_name="list-ul"),
            HeaderButton(_("导出"), url=export, icon_name="download"),
        ]

    def get_list_more_buttons(self, instance: Opinion) -> list[Any]:
        """Offer nothing in the list: the opinion itself leads on."""
        return []

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add how many of those listed were recorded on behalf, notice by notice."""
        return super().get_context_data(*args, on_behalf=self.on_behalf(), **kwargs)

    def on_behalf(self) -> list[tuple[str, str]]:
        """Return notice and share of entries recorded on behalf: of the notice chosen, else of those with the most."""
        opinions = visible_opinions(self.request.user)
        chosen = self.request.GET.get("notice", "")
        if chosen.isdecimal():
            opinions = opinions.filter(notice=chosen)
        rows = (
            opinions.order_by()
            .values("notice__record__code", "notice__project_name")
            .annotate(total=Count("pk"), part=Count("transcriber"))
            .filter(part__gt=0)
            .order_by("-part")[:SHARES_SHOWN]
        )
        return [
            (
                f"{row['notice__record__code']} {row['notice__project_name']}",
                on_behalf_sentence(row["part"], row["total"]),
            )
            for row in rows
        ]

    @cached_property
    def no_results_message(self) -> str:
        """Say what will stand here."""
        if self.is_searching or self.is_filtering:
            return _("没有符合条件的意见。")
        return _("还没有意见。公众提交或者代录以后列在这里。")


def _beginning(row: Opinion) -> str:
    if row.destroyed_at is not None:
        return _("（内容已依法销毁）")
    return beginning(row.public_text, SHOWN_CHARACTERS)


def _outcome(row: Opinion) -> str:
    if row.answer:
        return str(row.answer.get_outcome_display())
    return _("无须答复") if row.destroyed_at else _("尚未答复")


def _channel(row: Opinion) -> str:
    channel = str(row.get_channel_display())
    return _("%(channel)s（代录）") % {"channel": channel} if row.transcriber_id else channel


def contact_kind(row: Opinion) -> str:
    """Return what kind of contact was left; the contact itself stays sealed."""
    commenter = getattr(row, "commenter", None)
    if commenter is None:
        return _("未留")
    if commenter.erased_at is not None:
        return _("已删除")
    if commenter.restricted_at is not None:
        return _("已限制使用")
    return str(commenter.get_contact_kind_display())


def _received(row: Opinion) -> str:
    day = f"{timezone.localtime(row.received_at):%Y-%m-%d %H:%M}"
    return _("%(day)s 逾期") % {"day": day} if row.timeliness == OpinionTimeliness.LATE else day


class OpinionInspectView(generic.InspectView):  # type: ignore[misc]
    """One opinion: its text, its answer, ways on."""

    template_name = "opinions/admin/opinion_inspect.html"
    page_title = gettext_lazy("公众意见")

    def get_object(self, queryset: Any = None) -> Opinion:
        """Return the opinion; one that the person may not read does not exist for them."""
        opinions = visible_opinions(self.request.user).select_related(
            "notice__record",
            "notice__project",
            "answer__made_by",
            "commenter",
            "ledger_entry__chain",
            "transcriber",
        )
        opinion = opinions.filter(pk=self.pk).first()
        if opinion is None:
            raise Http404
        return opinion

    def get_page_subtitle(self) -> str:
        """Name the number."""
        return str(self.object.number)

    def get_fields(self) -> list[str]:
        """Return nothing: the template shows the facts in groups."""
        return []

    def acts(self) -> list[tuple[str, str]]:
        """Return label and address: answering for the proponent, page two for those who may read it."""
        opinion, user = self.object, self.request.user
        query = {"opinion": opinion.pk, "back": self.request.path}
        offered = []
        if may_answer(user, opinion.notice):
            offered += [(_("答复"), "opinions_answer"), (_("设定主题"), "opinions_topics")]
            if opinion.answer is not None:
                offered.append((_("登记反馈"), "opinions_feedback"))
        if bases_for(user, opinion.notice.record, now=timezone.now()):
            offered.append((_("查阅联系方式"), "opinions_contacts"))
        return [
            *(
                (label, f"{reverse(name, args=[opinion.notice_id])}?{urlencode(query)}")
                for label, name in offered
            ),
            *content_acts(opinion, user),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the template shows."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        opinion = self.object
        context.update(
            opinion=opinion,
            acts=self.acts(),
            state=state_of(opinion),
            contact=contact_kind(opinion),
            undelivered=undelivered(opinion),
            channel=_channel(opinion),
            received=_received(opinion),
            topics=list(opinion.topics.all()),
            redactions=list(opinion.redactions.select_related("made_by")),
            proposals=list(opinion.destruction_proposals.select_related("proposed_by", "decided_by")),
            feedback=list(opinion.feedback_attempts.all()),
            **file_context(opinion, self.request.user, now=timezone.now()),
            accesses=list(opinion.contact_accesses.select_related("read_by")),
            progress=answering_progress(opinion.notice),
        )
        return context


class OpinionViewSet(ModelViewSet):  # type: ignore[misc]
    """The register as Wagtail registers it: a list and an entry, nothing that changes either."""

    model = Opinion
    name = "opinion_register"
    icon = "comment"
    menu_label = gettext_lazy("公众意见")
    menu_order = 115
    add_to_admin_menu = True
    add_to_reference_index = False
    form_fields: list[str] = []
    index_view_class = OpinionIndexView
    inspect_view_class = OpinionInspectView
    index_results_template_name = "opinions/admin/register_results.html"
    inspect_view_enabled = True
    copy_view_enabled = False
    # Searched in the database: no model of opinions is ever indexed.
    search_fields = ["number", "text", "village"]
    search_backend_name = None
    list_per_page = 25

    @property
    def inspect_template_name(self) -> str:
        """Return our own template."""
        return "opinions/admin/opinion_inspect.html"

    def get_urlpatterns(self) -> list[Any]:
        """Return the two views and the list's refresh."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("inspect/<int:pk>/", self.inspect_view, name="inspect"),
        ]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Name no address that is not there."""
        names = ("history", "usage", "add", "edit", "delete")
        return {**super().get_common_view_kwargs(**kwargs), **{f"{name}_url_name": None for name in names}}

    def get_permissions_to_register(self) -> Any:
        """Offer no permissions for groups: who reads what follows from role, office and subtree."""
        return super().get_permissions_to_register().none()

    def get_form_class(self, for_update: bool = False) -> type[forms.Form]:
        """Return a form without fields: nothing is edited here."""
        return forms.Form
