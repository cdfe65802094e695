"""Files of an opinion in the admin: by POST only, each download recorded."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages

from notices.models import NoticePage
from notices.opinions.admin_forms import GroundForm
from notices.opinions.admin_views import NoticeFormView
from notices.opinions.file_access import Handed, hand_out, hand_out_original
from notices.opinions.file_vault import FileDamagedError
from notices.opinions.key_store import KeyMissingError
from notices.opinions.models import AccessBasis, OpinionFile
from notices.opinions.permissions import bases_for, visible_opinions


def _file(user: Any, pk: int) -> OpinionFile:
    """Return a file of an opinion whose page one the person may read; another does not exist for them."""
    files = OpinionFile.objects.select_related("opinion__notice__record", "opinion__notice__project")
    return get_object_or_404(files, pk=pk, opinion__in=visible_opinions(user))


def _entry(file: OpinionFile) -> str:
    return reverse("opinion_register:inspect", args=[file.opinion_id])


def _download(handed: Handed) -> HttpResponse:
    response = HttpResponse(handed.data, content_type=handed.content_type)
    response["Content-Disposition"] = f'attachment; filename="{handed.name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store, private"
    return response


def _unreadable(request: HttpRequest, file: OpinionFile, error: Exception) -> HttpResponse:
    if isinstance(error, KeyMissingError):
        messages.error(request, _("文件已依法删除，不能再打开。"))
    else:
        messages.error(request, _("文件已损坏，不能打开。请通知平台管理员从备份恢复。"))
    return redirect(_entry(file))


class FileView(View):
    """Hand out a document or the copy of a photo."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Record and hand out."""
        file = _file(request.user, pk)
        try:
            return _download(hand_out(file=file, user=request.user, now=timezone.now()))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(_entry(file))
        except (KeyMissingError, FileDamagedError) as error:
            return _unreadable(request, file, error)


class OriginalView(NoticeFormView):
    """Hand out a file as it was taken, after asking for ground and reason."""

    form_class = GroundForm
    page_title = gettext_lazy("下载附件原件")
    header_icon = "download"
    submit_label = gettext_lazy("下载")
    submit_active_label = gettext_lazy("正在打开…")
    explanation = gettext_lazy(
        "附件原件可能显示提意见人的身份和拍摄地点。每次下载都记录下载人、时间和原因，请勿转作他用。"
    )

    def allowed(self, user: Any, notice: NoticePage) -> bool:
        """Let in whoever has a lawful ground now, to the files of this notice."""
        self.file = _file(user, self.kwargs["pk"])
        if self.file.opinion is None or self.file.opinion.notice_id != notice.pk:
            raise Http404
        return bool(bases_for(user, notice.record, now=timezone.now()))

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the person's grounds."""
        bases = bases_for(self.request.user, self.notice.record, now=timezone.now())
        return {**super().get_form_kwargs(), "bases": bases}

    def get_success_url(self) -> str:
        """Lead back to the entry."""
        return _entry(self.file)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Record and hand out."""
        try:
            handed = hand_out_original(
                file=self.file,
                user=self.request.user,
                basis=AccessBasis(form.cleaned_data["basis"]),
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except ValidationError as error:
            return self.refused(form, error)
        except (KeyMissingError, FileDamagedError) as error:
            return _unreadable(self.request, self.file, error)
        return _download(handed)
