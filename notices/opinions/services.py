"""Taking opinions: each a verb, keyword-only, committed with its ledger entry or not at all."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from secrets import token_hex
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.capacity import capacity_of
from notices.ledger.locking import locked_chain
from notices.ledger.models import Entry
from notices.ledger.services import append, canonical_bytes, commitment, new_salt
from notices.models import NoticeRecord, NoticeStage
from notices.opinions import key_store, mails, signals
from notices.opinions.commitments import page_one_fields
from notices.opinions.files import commit_files, lock_files
from notices.opinions.form_tokens import FormToken, form_key_hash
from notices.opinions.models import (
    Channel,
    Commenter,
    ContactKind,
    Opinion,
    OpinionFile,
    OpinionTimeliness,
    Topic,
    TopicMark,
)
from notices.opinions.numbering import CODE_DIGITS, opinion_number
from notices.opinions.page_two import PageTwo, Sealed, seal
from notices.opinions.permissions import may_record
from notices.opinions.text import MAX_CHARACTERS, clean_text
from notices.selectors import timeliness
from notices.services import chain_key
from notices.statutory.elsewhere import elsewhere_in
from notices.statutory.window import Timeliness, deadline
from notices.versions import Version, version_at, version_numbered

Clock = Callable[[], datetime]


class OpinionRefusedError(Exception):
    """The notice takes no opinion at this moment; ``timeliness`` says why."""

    def __init__(self, reason: Timeliness) -> None:
        super().__init__(str(reason))
        self.timeliness = reason


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the writer gets: the opinion, its look-up code, and whether this form had been taken before."""

    opinion: Opinion
    code: str
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOne:
    """Page one as it is committed to."""

    text: str
    village: str = ""
    in_scope: bool | None = None
    filled_by_helper: bool = False
    channel: Channel = Channel.WEB
    postmarked_on: date | None = None
    supplement_to: Opinion | None = None
    salt: bytes = field(default_factory=new_salt)


def lookup_code(form_key: str) -> str:
    """Return the twelve-digit look-up code of a form: an HMAC of its key, so that a repetition gives the same one."""
    digest = hmac.new(key_store.lookup_secret(), f"code:{form_key}".encode(), sha256).digest()
    return f"{int.from_bytes(digest[:16]) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def lookup_digest(number: str, code: str, *, secret: bytes | None = None) -> str:
    """Return what is kept of a look-up code: an HMAC bound to the number, under the key store's secret."""
    secret = secret or key_store.lookup_secret()
    return hmac.new(secret, f"digest:{number}:{code}".encode(), sha256).hexdigest()


def code_fits(number: str, code: str, digest: str) -> bool:
    """Whether a look-up code belongs to what is kept of it, here or in the portal from which the notice was restored.

    Every secret is tried in every case, so that the time taken says nothing.
    """
    given = [lookup_digest(number, code, secret=secret) for secret in key_store.lookup_secrets()]
    return True in [hmac.compare_digest(digest, each) for each in given]


def _checked_text(typed: str) -> str:
    text = clean_text(typed)
    if not text:
        raise ValidationError(_("请写下您的意见。"))
    if len(text) > MAX_CHARACTERS:
        raise ValidationError(_("意见最多 %(limit)s 字。"), params={"limit": MAX_CHARACTERS})
    return text


def find_by_form_key(form_key: str) -> Receipt | None:
    """Return the receipt that a form has already got, None when it was never taken."""
    taken = Opinion.objects.filter(form_key_hash=form_key_hash(form_key))
    # Asked first by itself: every submission asks this three times, and nearly all are new.
    if not taken.exists():
        return None
    opinion = taken.select_related("notice__record", "ledger_entry").get()
    return Receipt(opinion, lookup_code(form_key), repeated=True)


def submit_opinion(
    *,
    record: NoticeRecord,
    token: FormToken,
    page_one: PageOne,
    page_two: PageTwo,
    files: Sequence[str] = (),
    arrived_at: datetime | None = None,
    clock: Clock = timezone.now,
) -> Receipt:
    """Take an opinion from the web and return its receipt; a form sent again gets its first receipt.

    1. write the data key to the key store, 2. lock the notice's chain, 3. read the time: it decides inside, late or
    refused, 4. write number, ledger entry, page one, page two and the waiting files in one transaction.
    ``files`` are the hashes of the files that the writer was shown. ``arrived_at`` is when it reached us, where it then had
    to wait for us: an opinion is in time when it arrives in time (民法典 第137条), so step 3 judges that moment. Raises
    OpinionRefusedError outside the window, FilesChangedError when other files wait than those, ValidationError for an empty
    text or a missing contact.
    """
    text = _checked_text(page_one.text)
    if page_two.contact_kind == ContactKind.NONE or not page_two.contact:
        raise ValidationError(_("请留一个联系方式。"))
    earlier = find_by_form_key(token.key)
    if earlier is not None:
        return earlier

    def judge(fresh: NoticeRecord, now: datetime) -> OpinionTimeliness:
        found = timeliness(fresh, now=min(arrived_at or now, now), form_issued_at=token.opened_at)
        if found not in (Timeliness.INSIDE, Timeliness.LATE):
            raise OpinionRefusedError(found)
        return OpinionTimeliness(found.value)

    return _take(
        record=record,
        form_key=token.key,
        text=text,
        page_one=page_one,
        page_two=page_two,
        named_files=files,
        clock=clock,
        judge=judge,
        seen=lambda fresh: version_numbered(fresh, token.version),
        user=None,
        received_at=arrived_at,
    )


def record_on_behalf(
    *,
    record: NoticeRecord,
    page_one: PageOne,
    page_two: PageTwo | None,
    received_at: datetime,
    user: Any,
    now: datetime,
    form_key: str = "",
    files: Sequence[str] = (),
) -> Receipt:
    """Record an opinion that came by letter, telephone, visit …; never refused for being late, only marked.

    ``page_two`` may be None or without contact: such opinions are assessed too. ``form_key`` recognises a repeated
    submission of the staff's form, and scans wait under it: ``files`` are the hashes of those that were shown. Raises
    PermissionDenied, and ValidationError for wrong dates or an empty text.
    """
    if not may_record(user, record.page):
        raise PermissionDenied
    text = _checked_text(page_one.text)
    if page_one.channel == Channel.WEB:
        raise ValidationError(_("网上意见由公众自己提交，不能代录。"))
    if record.stage not in (NoticeStage.PUBLISHED, NoticeStage.SUPERSEDED) or record.historical:
        raise ValidationError(_("这份公示不能登记意见。"))
    if received_at > now:
        raise ValidationError(_("收到时间不能晚于现在。"))
    if record.published_at and timezone.localdate(received_at) < timezone.localdate(record.published_at):
        raise ValidationError(_("收到时间早于公示公开日期，请核对。"))
    key = form_key or f"staff:{token_hex(16)}"
    earlier = find_by_form_key(key)
    if earlier is not None:
        return earlier
    return _take(
        record=record,
        form_key=key,
        text=text,
        page_one=page_one,
        page_two=page_two,
        named_files=files,
        clock=lambda: now,
        judge=lambda fresh, _now: paper_timeliness(fresh, received_at, page_one.postmarked_on),
        seen=lambda fresh: version_at(fresh, received_at),
        user=user,
        received_at=received_at,
    )


def paper_timeliness(
    record: NoticeRecord, received_at: datetime, postmarked_on: date | None
) -> OpinionTimeliness:
    """Return whether an opinion that arrived otherwise counts as inside: by its postmark, else by its arrival."""
    if record.last_day is None:
        return OpinionTimeliness.INSIDE
    posted_in_time = postmarked_on is not None and postmarked_on <= record.last_day
    in_time = posted_in_time or received_at < deadline(record.last_day)
    return OpinionTimeliness.INSIDE if in_time else OpinionTimeliness.LATE


def _take(
    *,
    record: NoticeRecord,
    form_key: str,
    text: str,
    page_one: PageOne,
    page_two: PageTwo | None,
    named_files: Sequence[str],
    clock: Clock,
    judge: Callable[[NoticeRecord, datetime], OpinionTimeliness],
    seen: Callable[[NoticeRecord], Version],
    user: Any,
    received_at: datetime | None,
) -> Receipt:
    # The key store is another database: its key is committed first, so that no opinion can ever name a lost key.
    sealed = seal(page_two, now=clock()) if page_two is not None else None
    code, secret = lookup_code(form_key), key_store.lookup_secret()
    try:
        with locked_chain(chain_key(record)):
            earlier = find_by_form_key(form_key)
            if earlier is None:
                now = clock()
                fresh = _fresh(record)
                timely = judge(fresh, now)
                files = lock_files(form_key, named_files)
                opinion = _unwritten(
                    fresh,
                    form_key,
                    text,
                    page_one,
                    version=seen(fresh),
                    now=now,
                    received_at=received_at,
                    user=user,
                )
                opinion.timeliness = timely
                opinion.lookup_digest = lookup_digest(opinion.number, code, secret=secret)
                _write(opinion, fresh, page_two, sealed, files, salt=page_one.salt, now=now)
                mails.queue_receipt(opinion, page_two, files, code=code, now=now)
                transaction.on_commit(
                    lambda: signals.opinion_received.send_robust(Opinion, opinion=opinion, now=now)
                )
    except (OpinionRefusedError, ValidationError):
        # Refusals only. A connection that breaks at the end may have committed: whether anything names the key shows
        # when the orphans are cleared.
        if sealed is not None:
            key_store.discard_data_key(sealed.key_id)
        raise
    if earlier is not None:
        if sealed is not None:
            key_store.discard_data_key(sealed.key_id)
        return earlier
    return Receipt(opinion, code)


def _fresh(record: NoticeRecord) -> NoticeRecord:
    """Return the register row as it stands now, with the page at hand: what is judged of it never changes."""
    # What a revision says is long, and nobody asks for it while the chain is held.
    fresh = NoticeRecord.objects.select_related("revision").defer("revision__content").get(pk=record.pk)
    fresh.page = record.page
    return fresh


def _unwritten(
    record: NoticeRecord,
    form_key: str,
    text: str,
    page_one: PageOne,
    *,
    version: Version,
    now: datetime,
    received_at: datetime | None,
    user: Any,
) -> Opinion:
    record.page.record = record
    last = Opinion.objects.filter(notice=record.page).aggregate(last=Max("sequence"))["last"] or 0
    return Opinion(
        notice=record.page,
        notice_version=version.number,
        notice_revision=version.revision,
        calendar_version=record.calendar_version,
        window_last_day=record.last_day,
        window_provisional=record.provisional,
        sequence=last + 1,
        number=opinion_number(record.code, last + 1),
        text=text,
        channel=page_one.channel,
        transcriber=user,
        received_at=received_at or now,
        recorded_at=now,
        postmarked_on=page_one.postmarked_on,
        village=page_one.village,
        in_scope=page_one.in_scope,
        filled_by_helper=page_one.filled_by_helper,
        supplement_to=page_one.supplement_to,
        form_key_hash=form_key_hash(form_key),
    )


def _write(
    opinion: Opinion,
    record: NoticeRecord,
    page_two: PageTwo | None,
    sealed: Sealed | None,
    files: Sequence[OpinionFile],
    *,
    salt: bytes,
    now: datetime,
) -> None:
    opinion.page_one_salt = salt
    opinion.page_one_commitment = commitment(salt, canonical_bytes(page_one_fields(opinion)))
    opinion.page_two_commitment = sealed.commitment if sealed else ""
    opinion.ledger_entry = _ledger_entry(opinion, record, files, now)
    opinion.save(force_insert=True)
    commit_files(files, opinion, now=now)
    if elsewhere_in(opinion.text):
        TopicMark.objects.create(opinion=opinion, topic=Topic.NOT_EIA, marked_at=now)
    if page_two is not None and sealed is not None:
        Commenter(
            opinion=opinion,
            kind=page_two.kind,
            contact_kind=page_two.contact_kind,
            sealed=sealed.data,
            key_id=sealed.key_id,
            publish_personal=page_two.publish_personal,
            show_text=page_two.show_text,
            id_number_consent=page_two.id_number_consent,
        ).save(force_insert=True)


def _ledger_entry(
    opinion: Opinion, record: NoticeRecord, files: Sequence[OpinionFile], now: datetime
) -> Entry:
    payload: dict[str, Any] = {
        "number": opinion.number,
        "timeliness": str(opinion.timeliness),
        "page_one": opinion.page_one_commitment,
        "page_two": opinion.page_two_commitment or None,
        "files": [file.commitment for file in files],
    }
    if opinion.supplement_to is not None:
        payload["supplement_to"] = opinion.supplement_to.number
    role = "public"
    if opinion.transcriber is not None:
        # Recorded on behalf: said in public, since that is where invented opinions would enter.
        payload["channel"] = str(opinion.channel)
        capacity = capacity_of(opinion.transcriber)
        role = capacity.role
        if capacity.organisation:
            payload["organisation"] = capacity.organisation
    return append(
        chain_key=chain_key(record),
        act="opinion_received",
        role=role,
        at=now,
        payload=payload,
        actor=opinion.transcriber,
    )
