"""The proponent's screen for the public page: the choice for the notice, and looking at each text before it is shown."""

from __future__ import annotations

import re
from dataclasses import astuple
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from notices.models import NoticePage
from notices.opinions.admin_views import register_crumb
from notices.opinions.models import Opinion
from notices.opinions.permissions import may_answer
from notices.opinions.public_opinions import (
    is_disclosed,
    publishable_opinions,
    released_opinions,
    stopped_opinions,
    unreleased_opinions,
    with_redaction,
)
from notices.opinions.publication import Looked, decide_disclosure, release_opinions, withdraw_release
from notices.opinions.text import personal_hints
from notices.selectors import window_is_over

PER_PAGE = 20
_LOOKED = re.compile(r"([0-9]{1,18}):([0-9]{1,18}):([0-9]{1,18})")


class PublicationView(WagtailAdminTemplateMixin, TemplateView):  # type: ignore[misc]
    """Choose whether opinions are shown, look at each, let it appear or take it off."""

    template_name = "opinions/admin/publication.html"
    page_title = gettext_lazy("公开意见和答复")
    header_icon = "view"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Let the proponent's staff in."""
        notices = NoticePage.objects.select_related("record", "project")
        self.notice = get_object_or_404(notices, pk=kwargs["notice_id"], record__published_at__isnull=False)
        if not may_answer(request.user, self.notice):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_subtitle(self) -> str:
        """Name the notice."""
        return f"{self.notice.record.code} {self.notice.project_name}"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the register."""
        return [*self.breadcrumbs_items, *register_crumb(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the state, and one page of what waits or of what is shown."""
        released = self.request.GET.get("list") == "released"
        opinions = (released_opinions if released else unreleased_opinions)(self.notice)
        opinions = with_redaction(opinions).select_related("answer").order_by("sequence")
        listing = Paginator(opinions, PER_PAGE).get_page(self.request.GET.get("page"))
        stopped = set(stopped_opinions(publishable_opinions(self.notice)).values_list("pk", flat=True))
        return super().get_context_data(
            notice=self.notice,
            record=self.notice.record,
            closed=window_is_over(self.notice.record, now=timezone.now()),
            disclosed=is_disclosed(self.notice),
            total=Opinion.objects.filter(notice=self.notice).count(),
            publishable=publishable_opinions(self.notice).count(),
            released_count=released_opinions(self.notice).count(),
            released=released,
            listing=listing,
            rows=[_row(opinion, stopped) for opinion in listing],
            stopped_count=len(stopped),
            query="list=released&" if released else "",
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what the button says."""
        acts = {
            "show": self._choose,
            "hide": self._choose,
            "release": self._release,
            "withdraw": self._withdraw,
        }
        act = request.POST.get("act", "")
        if act in acts:
            try:
                acts[act](act)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
        released = "?list=released" if act == "withdraw" else ""
        return redirect(reverse("opinions_publication", args=[self.notice.pk]) + released)

    def _choose(self, act: str) -> None:
        shown = act == "show"
        decide_disclosure(notice=self.notice, shown=shown, user=self.request.user, now=timezone.now())
        done = (
            _("已选择公开。下面的意见核对后才会出现在公开页面上。")
            if shown
            else _("已停止公开，公开页面只显示数字。")
        )
        messages.success(self.request, done)

    def _ticked(self) -> list[Looked]:
        """Return what was ticked, as it was when it was shown; what this page never wrote is left out."""
        found = (_LOOKED.fullmatch(value) for value in self.request.POST.getlist("opinion"))
        return [Looked(*map(int, parts.groups())) for parts in found if parts]

    def _release(self, act: str) -> None:
        outcome = release_opinions(
            notice=self.notice, looked_at=self._ticked(), user=self.request.user, now=timezone.now()
        )
        if outcome.shown:
            messages.success(self.request, _("已公开 %(count)d 条意见。") % {"count": len(outcome.shown)})
        if outcome.stopped:
            refusal = _(
                "以下意见没有公开：公开页面或答复中还有被遮盖的文字，请重新遮盖或者更正答复。%(numbers)s"
            )
            messages.error(self.request, refusal % {"numbers": "、".join(outcome.stopped)})
        if outcome.changed:
            refusal = _("以下意见没有公开：打开本页以后，遮盖、答复或者同意有变动。请重新核对。%(numbers)s")
            messages.error(self.request, refusal % {"numbers": "、".join(outcome.changed)})

    def _withdraw(self, act: str) -> None:
        keys = [look.opinion for look in self._ticked()]
        ticked = list(
            Opinion.objects.select_related("notice__record").filter(notice=self.notice, pk__in=keys)
        )
        for opinion in ticked:
            withdraw_release(opinion=opinion, user=self.request.user, now=timezone.now())
        if ticked:
            messages.success(self.request, _("已撤下 %(count)d 条意见。") % {"count": len(ticked)})


def _row(opinion: Opinion, stopped: set[int]) -> dict[str, Any]:
    """Return what is shown beside the box to tick: the public text, and personal data that is still in it.

    ``looked`` goes along with the tick, so that only what was shown here can be released.
    """
    return {
        "opinion": opinion,
        "looked": ":".join(map(str, astuple(Looked.at(opinion)))),
        "hints": personal_hints(opinion.public_text),
        "stopped": opinion.pk in stopped,
    }
