"""Recording an opinion that came otherwise than by the online form, with scans of it."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from wagtail.admin import messages

from notices.content_store import hash_and_size
from notices.models import NoticePage
from notices.opinions.admin_forms import RecordForm
from notices.opinions.admin_views import NoticeFormView
from notices.opinions.files import drop_file, staged_files
from notices.opinions.form_uploads import receive_in_memory, stage_sent_files
from notices.opinions.permissions import may_record
from notices.opinions.services import Receipt, find_by_form_key, record_on_behalf


@method_decorator(csrf_exempt, name="dispatch")
class RecordView(NoticeFormView):
    """Record an opinion that came by letter, telephone, visit …

    Scans wait under the form's key like those of the public's form, so that a wrong field costs no second upload.
    """

    form_class = RecordForm
    template_name = "opinions/admin/record_form.html"
    page_title = gettext_lazy("代录意见")
    header_icon = "plus-inverse"
    submit_label = gettext_lazy("登记")
    explanation = gettext_lazy(
        "登记信函、传真、邮件、电话、当面等方式收到的意见。登记后不能修改或删除，台账注明由建设单位代录。"
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Have files received in memory: the check of the CSRF token comes after that, since it reads the request."""
        receive_in_memory(request, files=settings.OPINION_FILES_MAX)
        return self._protected(request, *args, **kwargs)

    @method_decorator(csrf_protect)
    def _protected(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().dispatch(request, *args, **kwargs)

    def allowed(self, user: Any, notice: NoticePage) -> bool:
        """Let the proponent's staff in."""
        return may_record(user, notice)

    def get_initial(self) -> dict[str, Any]:
        """Give the form its key, so that a double click records once."""
        return {"form_key": f"staff:{token_hex(16)}"}

    def form_key(self) -> str:
        """Return the key of the form as sent, which is only good for the person who sends it."""
        return f"{self.request.user.pk}:{self.request.POST.get('form_key', '')}"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take and drop scans first: they wait whatever else is wrong with the form."""
        dropped = {
            drop_file(form_key=self.form_key(), file_id=int(number))
            for number in request.POST.getlist("drop")
            if number.isascii() and number.isdigit()
        }
        refused = stage_sent_files(request, form_key=self.form_key(), now=timezone.now())
        earlier = find_by_form_key(self.form_key())
        if earlier is not None:
            return self.recorded(earlier)
        self.waiting = staged_files(self.form_key())
        sent = {hash_and_size(upload)[0] for upload in request.FILES.getlist("scans")}
        sent &= {file.sha256 for file in self.waiting}
        self.named = sorted((set(request.POST.getlist("file_hash")) - dropped) | sent)
        form = self.get_form()
        if form.is_valid() and not refused:
            return self.form_valid(form)
        for reason in refused:
            form.add_error("scans", reason)
        return self.form_invalid(form)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Leave the files out: they wait already."""
        return {**super().get_form_kwargs(), "files": None}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the scans that wait."""
        return super().get_context_data(files=getattr(self, "waiting", []), **kwargs)

    def form_valid(self, form: RecordForm) -> HttpResponse:
        """Record."""
        try:
            receipt = record_on_behalf(
                record=self.notice.record,
                page_one=form.page_one(self.notice),
                page_two=form.page_two(),
                received_at=form.cleaned_data["received_at"],
                user=self.request.user,
                now=timezone.now(),
                form_key=self.form_key(),
                files=self.named,
            )
        except ValidationError as error:
            return self.refused(form, error)
        return self.recorded(receipt)

    def recorded(self, receipt: Receipt) -> HttpResponse:
        """Lead to the entry, also when the same form is sent again."""
        said = (
            _("这张表此前已经登记，没有重复登记，回执编号 %(number)s。")
            if receipt.repeated
            else _("已登记，回执编号 %(number)s。")
        )
        messages.success(self.request, said % {"number": receipt.opinion.number})
        return redirect(reverse("opinion_register:inspect", args=[receipt.opinion.pk]))
