"""The page 概览, and its tables as files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from notices.permissions import is_operator
from portal.overview import notice_tables, opinion_tables, platform_tables
from portal.overview.charts import Chart, day_chart, topic_chart
from portal.overview.choice import ChoiceForm, Scope, may_look, scope_of
from portal.overview.tables import Kind, OverviewTable, Row
from portal.table_files import FORMATS, table_response

TITLE = gettext_lazy("概览")
# More rows of a list stand in the file only.
ROWS_SHOWN: Final = 20
DAYS = Kind("days", gettext_lazy("每天收到的意见"), opinion_tables.by_day)
TOPICS = Kind("topics", gettext_lazy("意见主题"), opinion_tables.by_topic)
KINDS: Final = (
    DAYS,
    TOPICS,
    Kind("stages", gettext_lazy("各阶段的公示"), notice_tables.by_stage),
    Kind("closing", gettext_lazy("十个工作日内截止"), notice_tables.closing_soon),
    Kind("unanswered", gettext_lazy("未答复的意见"), opinion_tables.unanswered),
    Kind("calendar", gettext_lazy("放假安排的影响"), notice_tables.calendar_warnings),
    Kind("mails", gettext_lazy("未发出的邮件"), platform_tables.failed_mails, operators=True),
    Kind("tasks", gettext_lazy("没有做成的后台任务"), platform_tables.failed_work, operators=True),
    Kind("disk", gettext_lazy("磁盘"), platform_tables.disk, operators=True),
)


@dataclass(frozen=True, slots=True)
class Section:
    """A table as the page shows it: rows cut to what can be read, the sum kept; its chart; its files."""

    name: str
    title: str
    table: OverviewTable
    rows: tuple[Row, ...]
    files: tuple[tuple[str, str], ...]
    chart: Chart | None = None


def _kinds_for(user: Any) -> list[Kind]:
    operator = is_operator(user)
    return [kind for kind in KINDS if operator or not kind.operators]


class OverviewView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """Charts and tables of what the person sees, limited by GET."""

    template_name = "portal/admin/overview.html"
    page_title = TITLE
    header_icon = "table"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in those who see the registers."""
        if not may_look(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Name the page."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Collect form, charts and tables."""
        now = timezone.now()
        scope, form = scope_of(self.request.user, self.request.GET, now=now)
        sections = [_section(kind, scope) for kind in _kinds_for(self.request.user)]
        return super().get_context_data(
            form=form,
            now=now,
            said=scope_pairs(scope, form),
            charts=[section for section in sections if section.name in (DAYS.name, TOPICS.name)],
            lists=[section for section in sections if section.name not in (DAYS.name, TOPICS.name)],
            **kwargs,
        )


def _section(kind: Kind, scope: Scope) -> Section:
    table = kind.make(scope)
    chart = None
    if kind is DAYS:
        chart = day_chart(opinion_tables.received_by_day(scope))
    elif kind is TOPICS:
        chart = topic_chart(opinion_tables.received_by_topic(scope))
    rows = table.rows
    if chart is None and len(rows) > ROWS_SHOWN + 1:
        rows = (*rows[:ROWS_SHOWN], *(row for row in rows[ROWS_SHOWN:] if row.is_sum))
    query = scope.period_query()
    files = tuple(
        (extension.upper(), f"{reverse('overview_file', args=[kind.name, extension])}?{query}")
        for extension in FORMATS
    )
    return Section(kind.name, str(kind.title), table, rows, files, chart)


def scope_pairs(scope: Scope, form: ChoiceForm) -> list[tuple[str, str]]:
    """Return in words what the figures are limited to."""
    names = {
        name: str(dict(form.fields[name].choices).get(value, _("全部")))  # type: ignore[attr-defined]
        for name, value in (("notice", scope.notice), ("county", scope.county))
    }
    period = _("%(first)s 至 %(last)s") % {"first": scope.first, "last": scope.last}
    return [
        (_("公示"), names["notice"]),
        (_("县（市、区）"), names["county"]),
        (_("收到日期（只限图表）"), period),
    ]


@require_safe
def table_file(request: HttpRequest, name: str, extension: str) -> HttpResponseBase:
    """Send one table as a file, with the limits of the page; it holds counts and names of projects, nothing about people."""
    user: Any = request.user
    if not may_look(user):
        raise PermissionDenied
    kind = next((kind for kind in _kinds_for(user) if kind.name == name), None)
    if kind is None or extension not in FORMATS:
        raise Http404
    now = timezone.now()
    scope, form = scope_of(user, request.GET, now=now)
    table, title = kind.make(scope), str(kind.title)
    notes = [(_("说明"), table.note)] if table.note else []
    return table_response(
        title,
        [(column.words, column.width) for column in table.columns],
        [row.cells for row in table.rows],
        extension=extension,
        said=[*scope_pairs(scope, form), *notes],
        user=user,
        now=now,
    )


class OverviewMenuItem(MenuItem):  # type: ignore[misc]
    """Shown to those who see the registers."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Whether the person is one."""
        return may_look(request.user)
