"""Small public views of the portal itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import loader
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from notices.models import NoticeRecord
from notices.public_lists import county_links
from notices.statutory.identifiers import is_notice_code, normalise_notice_code
from portal.error_reports import give_reference
from portal.models import HELP_SLUG, InfoPage
from portal.type_size import type_size_of


def find_by_code(request: HttpRequest) -> HttpResponse:
    """Lead from the six-digit code of a poster to its notice; say what is wrong with a mistyped one."""
    typed = request.GET.get("code", "")
    code = normalise_notice_code(typed)
    if is_notice_code(code) and NoticeRecord.objects.filter(code=code).exclude(stage="draft").exists():
        return redirect("notice", code=code)
    if not is_notice_code(code):
        error = _("公示码是六位数字，请核对报纸、公告或二维码旁的号码。")
    else:
        error = _("没有找到这个公示码。请核对号码，或者按项目名称搜索。")
    context = {"typed": typed, "error": error}
    return TemplateResponse(request, "portal/find.html", context, status=404 if typed else 200)


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """List every kind of page with what it is for, the counties and the pages of plain text."""
    context = {
        "counties": county_links(timezone.localdate()),
        "pages": InfoPage.objects.live().exclude(slug=HELP_SLUG).order_by("path"),
    }
    return TemplateResponse(request, "portal/site_map.html", context)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers and feed readers that ask for the icon without having read a page to the linked one."""
    response = redirect(static("portal/img/favicon.png"))
    response["Cache-Control"] = "public, max-age=86400"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something failed, with the number under which the log tells more.

    Without anything that asks the database: it may be what failed.
    """
    known = {"reference": give_reference(request), "type_size": type_size_of(request)}
    page = loader.get_template("500.html").render(known)
    return HttpResponse(page, status=500)
