"""The opinion form: two pages and a check, stateless. What was typed travels in the form itself and is never lost.

Nothing of it stands in a session, a cookie or an address. The signed form token takes the place of the CSRF cookie.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from notices.calendars import current_calendar
from notices.models import NoticeRecord, NoticeStage
from notices.opinions import throttle
from notices.opinions.citing import cited_page
from notices.opinions.files import FilesChangedError, adopt_files, drop_file, staged_files
from notices.opinions.form_tokens import FormToken, new_token, read_token, renewed
from notices.opinions.form_uploads import receive_in_memory, stage_sent_files
from notices.opinions.forms import CommenterForm, OpinionForm
from notices.opinions.selectors import receipt_context
from notices.opinions.services import OpinionRefusedError, Receipt, find_by_form_key, submit_opinion
from notices.opinions.supplements import has_usable_contact, submit_supplement, supplemented
from notices.opinions.text import clean_text, personal_hints
from notices.selectors import status_of, timeliness
from notices.statutory.elsewhere import elsewhere_in
from notices.statutory.window import Timeliness

# A person needs longer for three pages; a script does not.
SHORTEST_FILLING = timedelta(seconds=3)
TRAP = "website"
STEPS = ("opinion", "contact", "check")
TEMPLATES = {
    "opinion": "opinions/form_opinion.html",
    "contact": "opinions/form_contact.html",
    "check": "opinions/form_check.html",
}


@dataclass(slots=True)
class Filling:
    """One request of somebody who fills in the form."""

    request: HttpRequest
    record: NoticeRecord
    token: FormToken
    now: datetime
    notes: list[str]
    corrected: bool = False
    trial: bool = False
    file_notes: list[str] = field(default_factory=list)
    dropped: str = ""
    cited: str = ""

    @property
    def typed(self) -> QueryDict:
        """Return what was typed so far."""
        return self.request.POST

    @property
    def ticket(self) -> str:
        """Return what an earlier turn gave to come back with."""
        return str(self.typed.get("turn", ""))

    @property
    def arrived(self) -> datetime:
        """Return when this form was first sent, by which it is judged."""
        return throttle.arrival(self.token.key, self.ticket, now=self.now)

    @property
    def named_files(self) -> list[str]:
        """Return the hashes of the files that the writer was shown last, without one just removed."""
        return [named for named in self.typed.getlist("file_hash") if named != self.dropped]

    def opinion_form(self, *, bound: bool) -> OpinionForm:
        """Return page one, judged or merely filled in."""
        if bound:
            return OpinionForm(self.typed, notice=self.record.page)
        initial = {"text": self.cited, **initial_of(OpinionForm.base_fields, self.typed)}
        return OpinionForm(initial=initial, notice=self.record.page)

    def commenter_form(self, *, bound: bool) -> CommenterForm:
        """Return page two, judged or merely filled in."""
        first = supplemented(self.record, self.token)
        takes_over = first is not None and has_usable_contact(first)
        if bound:
            return CommenterForm(self.typed, takes_over=takes_over)
        initial = initial_of(CommenterForm.base_fields, self.typed)
        return CommenterForm(initial=initial, takes_over=takes_over)


def initial_of(fields: dict[str, forms.Field], typed: QueryDict) -> dict[str, Any]:
    """Return what was typed as initial values, so that a page shows it without judging it."""
    values: dict[str, Any] = {name: typed[name] for name in fields if name in typed}
    for name, each in fields.items():
        if isinstance(each, forms.BooleanField) and name in values:
            values[name] = True
    return values


def carried(names: Any, typed: QueryDict) -> list[tuple[str, str]]:
    """Return the fields of the other page that travel hidden."""
    return [(name, str(typed[name])) for name in names if typed.get(name)]


def no_store(response: HttpResponse) -> HttpResponse:
    """Keep a page with personal data out of every cache."""
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    return response


@csrf_exempt
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def opinion_form(request: HttpRequest, code: str) -> HttpResponse:
    """Answer every step of the form at one address."""
    record = NoticeRecord.objects.select_related("page__project").filter(code=code).first()
    if record is None or record.stage == NoticeStage.DRAFT:
        raise Http404
    record.page.record = record
    now = timezone.now()
    filling = Filling(request, record, new_token(code, now=now, version=record.version), now, [])
    if request.method != "POST":
        if timeliness(record, now=now, form_issued_at=now) not in (Timeliness.INSIDE, Timeliness.LATE):
            return no_store(closed_page(filling))
        filling.cited = cited_page(record, request.GET)
        return no_store(step_page(filling, "opinion", filling.opinion_form(bound=False)))
    receive_in_memory(request)
    return no_store(_posted(filling))


def _posted(filling: Filling) -> HttpResponse:
    token = read_token(filling.typed.get("token", ""), filling.record.code)
    going_to = filling.typed.get("go", "")
    if token is not None:
        if going_to == "send":
            earlier = find_by_form_key(token.key)
            if earlier is not None:
                return receipt_page(filling, earlier)
        filling.token = token
        if token.expired(filling.now):
            filling.token = renewed(token, now=filling.now)
            adopt_files(old_key=token.key, new_key=filling.token.key, now=filling.now)
    if token is None or token.expired(filling.now):
        going_to = ""
        filling.notes.append(_("页面打开得太久，已经更新，您填写的内容都在。请再点一次。"))
    if filling.token.version != filling.record.version and filling.record.stage == NoticeStage.PUBLISHED:
        going_to = _tell_of_new_version(filling, going_to)
    found = timeliness(filling.record, now=filling.arrived, form_issued_at=filling.token.opened_at)
    if found not in (Timeliness.INSIDE, Timeliness.LATE):
        return closed_page(filling, status=409)
    return next_page(filling, _take_files(filling, going_to))


def _take_files(filling: Filling, going_to: str) -> str:
    """Stage what was sent, drop what was to be removed; lead back to page one where there is something to say about it."""
    named, _dash, number = going_to.partition("-")
    if named == "drop" and number.isascii() and number.isdigit():
        filling.dropped = drop_file(form_key=filling.token.key, file_id=int(number))
        return "opinion"
    if filling.typed.get("step") != "opinion":
        return going_to
    if filling.request.FILES and not throttle.slow_uploads(filling.request):
        filling.file_notes.append(str(throttle.FULL_UPLOADS))
    else:
        filling.file_notes += stage_sent_files(filling.request, form_key=filling.token.key, now=filling.now)
    if going_to == "add":
        if not filling.request.FILES and not filling.file_notes:
            filling.file_notes.append(_("请先选择文件，再点“添加”。"))
        return "opinion"
    if filling.file_notes:
        filling.notes.append(_("有文件没有添加，原因写在“附件”一栏。其他内容都在。"))
        return "opinion"
    return going_to


def _tell_of_new_version(filling: Filling, going_to: str) -> str:
    """Say that the notice was corrected while the form was open; nothing is sent before its writer has seen that."""
    filling.token = replace(filling.token, version=filling.record.version)
    filling.corrected = True
    return "check" if going_to == "send" else going_to


def next_page(filling: Filling, going_to: str) -> HttpResponse:
    """Answer with the step asked for, or the one before it that still needs something; send from the last."""
    shown = filling.typed.get("step", "")
    if going_to not in (*STEPS, "send"):
        going_to = shown if shown in STEPS else "opinion"
    if going_to == "opinion":
        return step_page(filling, "opinion", filling.opinion_form(bound=False))
    opinion = filling.opinion_form(bound=True)
    if not opinion.is_valid():
        return step_page(filling, "opinion", opinion)
    if going_to == "contact":
        return step_page(filling, "contact", filling.commenter_form(bound=False))
    commenter = filling.commenter_form(bound=True)
    if not commenter.is_valid():
        return step_page(filling, "contact", commenter)
    if going_to == "send" and not _held_back(filling):
        return _send(filling, opinion, commenter)
    return check_page(filling, opinion, commenter)


def _held_back(filling: Filling) -> bool:
    """Whether a submission looks like a script's; says so, loses nothing, and lets a person send again."""
    if filling.typed.get(TRAP):
        filling.notes.append(_("检测到自动填写的内容，已清除。请核对后再点一次“提交意见”。"))
        return True
    if filling.now - filling.token.opened_at < SHORTEST_FILLING:
        filling.notes.append(_("提交得太快，请核对一遍，再点一次“提交意见”。"))
        return True
    return False


def _send(filling: Filling, opinion: OpinionForm, commenter: CommenterForm) -> HttpResponse:
    arrived = filling.arrived
    turn = throttle.wait_for_turn(filling.request, filling.token.key, filling.ticket, arrived=arrived)
    if turn is not None:
        return wait_page(filling, turn)
    helped = commenter.cleaned_data["filled_by_helper"]
    submit = submit_supplement if filling.token.supplement_to else submit_opinion
    try:
        receipt = submit(
            record=filling.record,
            token=filling.token,
            page_one=opinion.page_one(filled_by_helper=helped),
            page_two=commenter.page_two(),
            files=filling.named_files,
            arrived_at=arrived,
        )
    except OpinionRefusedError:
        return closed_page(filling, status=409)
    except ValidationError as error:
        filling.notes.extend(error.messages)
        return check_page(filling, opinion, commenter)
    return receipt_page(filling, receipt)


def _context(filling: Filling, **extra: Any) -> dict[str, Any]:
    record = filling.record
    waits = filling.request.method == "POST" and not filling.trial
    files = staged_files(filling.token.key) if waits else []
    if set(filling.named_files) - {file.sha256 for file in files}:
        filling.notes = list(dict.fromkeys([*filling.notes, *FilesChangedError().messages]))
    address = "opinion_trial" if filling.trial else "opinion_form"
    return {
        "action": reverse(address, args=[record.code]),
        "trial": filling.trial,
        "files": files,
        "file_notes": filling.file_notes,
        "most_files": settings.OPINION_FILES_MAX,
        "most_megabytes": settings.OPINION_FILE_MAX_BYTES // (1024 * 1024),
        "page": record.page,
        "record": record,
        "status": status_of(record, now=filling.now, calendar=current_calendar()),
        "token": filling.token.sign(),
        "notes": filling.notes,
        "cited": filling.cited,
        "demo": record.demo,
        "trap": TRAP,
        "corrected": filling.corrected,
        "supplement_to": filling.token.supplement_to,
        **extra,
    }


def step_page(filling: Filling, step: str, form: forms.Form) -> HttpResponse:
    """Show page one or page two; the other page's fields travel hidden."""
    others = CommenterForm.base_fields if step == "opinion" else OpinionForm.base_fields
    context = _context(
        filling, step=step, current=STEPS.index(step) + 1, form=form, carried=carried(others, filling.typed)
    )
    return TemplateResponse(filling.request, TEMPLATES[step], context)


def check_page(filling: Filling, opinion: OpinionForm, commenter: CommenterForm) -> HttpResponse:
    """Show everything before it is sent, with personal data in the text pointed out."""
    names = [*OpinionForm.base_fields, *CommenterForm.base_fields]
    text = opinion.cleaned_data["text"]
    context = _context(
        filling,
        step="check",
        current=3,
        opinion=opinion.cleaned_data,
        page_two=commenter.page_two(),
        helped=commenter.cleaned_data["filled_by_helper"],
        hints=personal_hints(text),
        elsewhere=elsewhere_in(text),
        doubts=commenter.doubts(),
        characters=len(text),
        carried=carried(names, filling.typed),
    )
    return TemplateResponse(filling.request, TEMPLATES["check"], context)


def wait_page(filling: Filling, turn: throttle.Turn) -> HttpResponse:
    """Ask for a moment's patience; what was typed travels hidden and is sent again when the turn has come."""
    names = [*OpinionForm.base_fields, *CommenterForm.base_fields]
    context = _context(filling, step="check", current=3, turn=turn, carried=carried(names, filling.typed))
    response = TemplateResponse(filling.request, "opinions/form_wait.html", context, status=429)
    response["Retry-After"] = str(turn.seconds)
    return response


def closed_page(filling: Filling, *, status: int = 200) -> HttpResponse:
    """Say why nothing is taken here, keep the text for its writer and name the other ways."""
    context = _context(
        filling,
        kept_text=clean_text(filling.typed.get("text", "")),
        ways=list(filling.record.page.ways.all()),
    )
    return TemplateResponse(filling.request, "opinions/closed.html", context, status=status)


def receipt_page(filling: Filling, receipt: Receipt) -> HttpResponse:
    """Show the receipt; a form that was sent before gets its first one again."""
    context = receipt_context(receipt.opinion, code=receipt.code)
    changed = clean_text(filling.typed.get("text", "")) != receipt.opinion.text
    context.update(repeated=receipt.repeated, changed_after=receipt.repeated and changed)
    return TemplateResponse(filling.request, "opinions/receipt.html", context)
