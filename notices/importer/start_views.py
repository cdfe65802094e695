"""新建公示: the four ways to start a notice. What was typed is never lost on the way to a draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from notices.checklist import blocking_items
from notices.importer.drafting import ROW_MODELS, DraftContent, Found
from notices.importer.facts import KINDS
from notices.importer.parser import ParsedNotice, parse_page
from notices.importer.service import can_be_drafted, content_of, unsaved_draft, write_draft
from notices.importer.start_forms import ProponentForm, RoundForm, TextForm
from notices.marks import shown_value
from notices.models import NoticePage, ProponentPage
from notices.models.pages import KIND_LABELS
from notices.permissions import startable_proponents
from notices.rounds import previous_rounds, start_next_round

_CONTEXT = 20


class StartView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """For whom: asked only of those who can start a notice for several proponents."""

    template_name = "importer/choose_proponent.html"
    page_title = gettext_lazy("新建公示")
    header_icon = "plus-inverse"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask, or go on where there is nothing to choose."""
        proponents = startable_proponents(request.user)
        own = list(proponents[:2])
        if not own:
            raise PermissionDenied
        form = ProponentForm(request.GET or None, proponents=proponents)
        if len(own) == 1:
            return redirect("notice_start_for", own[0].pk)
        if form.is_valid():
            return redirect("notice_start_for", form.cleaned_data["proponent"].pk)
        return super().get(request, form=form)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Name the page."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]


class ProponentStartView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """The ways to start a notice of one proponent; a text or a round that cannot be taken is explained here."""

    template_name = "importer/start.html"
    page_title = gettext_lazy("新建公示")
    header_icon = "plus-inverse"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let in those who may add a notice for this proponent."""
        self.proponent = get_object_or_404(ProponentPage, pk=kwargs["proponent_id"])
        if not startable_proponents(request.user).filter(pk=self.proponent.pk).exists():
            raise PermissionDenied
        if not self.proponent.permissions_for_user(request.user).can_add_subpage():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """Name the proponent."""
        return str(self.proponent.title)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the proponent's notices."""
        return [
            *self.breadcrumbs_items,
            {
                "url": reverse("wagtailadmin_explore", args=[self.proponent.pk]),
                "label": self.proponent.title,
            },
            {"url": "", "label": self.page_title},
        ]

    def start_url(self) -> str:
        """Return the address of the four ways."""
        return reverse("notice_start_for", args=[self.proponent.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add both forms, the round that was asked for ticked."""
        rounds = previous_rounds(self.proponent)
        chosen = {"notice": self.request.GET.get("copy", "")}
        forms = {
            "text_form": TextForm(auto_id="start_%s"),
            "round_form": RoundForm(records=rounds, initial=chosen, auto_id="round_%s"),
            "has_rounds": rounds.exists(),
            "blank_url": reverse("wagtailadmin_pages:add", args=["notices", "noticepage", self.proponent.pk]),
        }
        return super().get_context_data(**{**forms, "proponent": self.proponent, **kwargs})


class NextRoundView(ProponentStartView):
    """Start the next round of a project from the one before."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead an address typed by hand to the start page."""
        return redirect(self.start_url())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Make the draft and open it."""
        form = RoundForm(request.POST, records=previous_rounds(self.proponent), auto_id="round_%s")
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(round_form=form))
        try:
            page = start_next_round(record=form.cleaned_data["notice"], user=request.user)
        except ValidationError as error:
            form.add_error("notice", error)
            return self.render_to_response(self.get_context_data(round_form=form))
        kind = page.get_kind_display()
        messages.success(
            request,
            _("已沿用上一轮建立%(kind)s草稿。日期、附件须重新填写，沿用的内容请逐处确认。") % {"kind": kind},
        )
        return redirect("wagtailadmin_pages:edit", page.pk)


@dataclass(frozen=True, slots=True)
class FoundView:
    """A value that the draft will take, as the preview shows it."""

    label: str
    value: str
    before: str
    passage: str
    after: str
    doubt: str


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice on a page that holds several."""

    number: int
    kind: str
    name: str
    proponent: str
    truncated: bool


class TextView(ProponentStartView):
    """From a text to a draft: which notice, what was found in it and what is missing, then the draft.

    The text travels with the page in a form field: nothing is kept on the server before somebody wants the draft.
    """

    page_title = gettext_lazy("从文字建立公示")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead an address typed by hand to the start page."""
        return redirect(self.start_url())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Read the text; show it again with the reason where it is no notice."""
        form = TextForm(request.POST, request.FILES, auto_id="start_%s")
        if not form.is_valid():
            return self._again(form, form.cleaned_data.get("text") or request.POST.get("text", ""))
        text: str = form.cleaned_data["text"]
        parsed = parse_page(text)
        notices = [notice for notice in parsed if can_be_drafted(notice)]
        if not notices:
            form.add_error("text", _why_not(parsed))
            return self._again(form, text)
        number = request.POST.get("notice", "")
        if len(notices) > 1 and not (number.isdigit() and int(number) < len(notices)):
            return self._show("importer/choose_notice.html", text, notices=_notice_views(notices))
        chosen = notices[int(number)] if len(notices) > 1 else notices[0]
        if "create" in request.POST:
            return self._create(chosen)
        return self._preview(text, chosen, number if len(notices) > 1 else "")

    def _again(self, form: TextForm, text: str) -> HttpResponse:
        shown = TextForm(initial={"text": text}, auto_id="start_%s")
        return self.render_to_response(
            self.get_context_data(text_form=shown, text_errors=form.errors, no_notice="text" in form.errors)
        )

    def _show(self, template: str, text: str, **context: Any) -> HttpResponse:
        self.template_name = template
        return self.render_to_response(
            self.get_context_data(text=text, start_url=self.start_url(), **context)
        )

    def _preview(self, text: str, chosen: ParsedNotice, number: str) -> HttpResponse:
        content = content_of(chosen)
        page = unsaved_draft(content=content, proponent=self.proponent)
        return self._show(
            "importer/preview.html",
            text,
            number=number,
            found=_found_views(page, content, chosen.source_text),
            doubts=[*_other_proponent(chosen, self.proponent), *content.doubts],
            missing=blocking_items(page),
        )

    def _create(self, chosen: ParsedNotice) -> HttpResponse:
        draft = write_draft(parsed=chosen, proponent=self.proponent, user=self.request.user)
        if draft.created:
            count = draft.page.record.imported_fields.count()
            text = ngettext(
                "已建立草稿。%(count)s 处内容来自原文，请逐处确认，再补齐缺项。",
                "已建立草稿。%(count)s 处内容来自原文，请逐处确认，再补齐缺项。",
                count,
            )
            button = messages.button(reverse("notice_marks_confirm", args=[draft.page.pk]), _("列表核对"))
            messages.success(self.request, text % {"count": count}, buttons=[button])
        else:
            messages.info(self.request, _("这段文字以前建立过公示，已经打开。"))
        return redirect("wagtailadmin_pages:edit", draft.page.pk)


def _why_not(parsed: list[ParsedNotice]) -> str:
    kinds = {notice.kind for notice in parsed}
    if kinds & set(KINDS):
        return _(
            "看出是环评公示，但没有找到项目名称。请在文字里补上“项目名称：……”一行再试，或者从空白表单开始。"
        )
    if "acceptance" in kinds:
        return _("这是竣工环境保护验收公示，不在本平台公开。如果粘贴错了，请换成环评公示的文字。")
    return _("没有认出环评公示。请粘贴公示全文（含标题），或者从空白表单开始。")


def _other_proponent(parsed: ParsedNotice, proponent: ProponentPage) -> list[str]:
    if not parsed.proponent or parsed.proponent == proponent.title:
        return []
    return [
        _("原文的建设单位是“%(found)s”，草稿将建在“%(own)s”名下，请核对。")
        % {"found": parsed.proponent, "own": proponent.title}
    ]


def _notice_views(notices: list[ParsedNotice]) -> list[NoticeView]:
    return [
        NoticeView(
            number,
            str(KIND_LABELS[KINDS[notice.kind]]),
            notice.project_name or "",
            notice.proponent or "",
            notice.truncated,
        )
        for number, notice in enumerate(notices)
    ]


def _found_views(page: NoticePage, content: DraftContent, text: str) -> list[FoundView]:
    rows = {name: iter(getattr(page, name).all()) for name in ROW_MODELS}
    return [_found_view(page, item, rows, text) for item in content.found]


def _found_view(page: NoticePage, item: Found, rows: dict[str, Any], text: str) -> FoundView:
    holder = next(rows[item.name]) if item.is_row else page
    if item.is_row:
        label = str(holder._meta.verbose_name)
        parts = [shown_value(holder, name) for name in item.value if name != "in_scope"]
        value = "，".join(part for part in parts if part)
    else:
        label = str(page._meta.get_field(item.name).verbose_name)
        value = shown_value(page, item.name)
    before = passage = after = ""
    if item.start is not None and item.end is not None:
        before = text[max(text.rfind("\n", 0, item.start) + 1, item.start - _CONTEXT) : item.start]
        passage = text[item.start : item.end]
        after = text[item.end : item.end + _CONTEXT].split("\n")[0]
    return FoundView(label, value, before, passage, after, item.doubt)
