"""Where the form's script sends files, one a request; without the script the form itself does."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from notices.models import NoticeRecord
from notices.opinions import throttle
from notices.opinions.files import adopt_files, staged_files
from notices.opinions.form_tokens import read_token, renewed
from notices.opinions.form_uploads import receive_in_memory, stage_sent_files
from notices.selectors import timeliness
from notices.statutory.window import Timeliness


@csrf_exempt
@sensitive_post_parameters()
@require_POST
def stage_files(request: HttpRequest, code: str) -> JsonResponse:
    """Take a file under the form's token; answer with the list as it stands, what was refused and the token to go on with.

    A token that is too old is renewed and its files come along, as on the form itself.
    """
    receive_in_memory(request)
    record = get_object_or_404(NoticeRecord.objects.select_related("page__project"), code=code)
    now = timezone.now()
    token = read_token(request.POST.get("token", ""), code)
    if token is None:
        return _answer(
            {"refused": [_("页面已失效。请先点“下一步”，再返回添加文件；您填写的内容都在。")]}, 409
        )
    if token.expired(now):
        fresh = renewed(token, now=now)
        adopt_files(old_key=token.key, new_key=fresh.key, now=now)
        token = fresh
    if timeliness(record, now=now, form_issued_at=token.opened_at) not in (
        Timeliness.INSIDE,
        Timeliness.LATE,
    ):
        return _answer({"refused": [_("现在不能在网上提意见，没有添加文件。")]}, 409)
    if not throttle.slow_uploads(request):
        return _answer({"refused": [throttle.FULL_UPLOADS]}, 429)
    refused = stage_sent_files(request, form_key=token.key, now=now)
    files = staged_files(token.key)
    shown = render_to_string("opinions/form_file_list.html", {"files": files, "removable": True}, request)
    room = settings.OPINION_FILES_MAX - len(files)
    return _answer({"refused": refused, "list": shown, "token": token.sign(), "room": room})


def _answer(content: dict[str, object], status: int = 200) -> JsonResponse:
    return JsonResponse(content, status=status, headers={"Cache-Control": "no-store, private"})
