"""Each entry of a notice's chain against the row that it commits to, batch by batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.ledger.models import Chain, Entry
from notices.ledger.services import READ_AT_ONCE, Fault, canonical_bytes, commitment
from notices.models import NoticeRecord
from notices.opinions.commitments import answer_fields, file_fields, page_one_fields, redaction_fields
from notices.opinions.file_names import open_names
from notices.opinions.key_store import KeyMissingError, open_data_keys
from notices.opinions.models import Answer, Commenter, FileState, Opinion, OpinionFile, Redaction
from notices.opinions.models.opinion import opinion_storage
from notices.opinions.numbering import opinion_number
from notices.opinions.page_two import sealed_identity
from notices.sealing import Fernet, InvalidToken

PAGE_ONE, PAGE_TWO, FILES = "page_one", "page_two", "files"
PARTS = {
    PAGE_ONE: gettext_lazy("意见内容"),
    PAGE_TWO: gettext_lazy("个人信息"),
    FILES: gettext_lazy("附件"),
}
_WORDS = {
    "opinion_missing": gettext_lazy("台账记有意见 %(what)s，数据库中没有"),
    "opinion_swapped": gettext_lazy("台账记的是意见 %(what)s，数据库中对应的是另一条，或者收到情况被改动"),
    "opinion_extra": gettext_lazy("数据库中有意见 %(what)s，台账中没有"),
    "number_gap": gettext_lazy("意见编号在 %(what)s 处不连续"),
    "page_one": gettext_lazy("意见 %(what)s 的内容和台账不符，被改动"),
    "page_two": gettext_lazy("意见 %(what)s 的个人信息和台账不符，被改动"),
    "page_two_unopened": gettext_lazy("意见 %(what)s 的个人信息打不开，密钥缺失或不对，没有核对"),
    "file": gettext_lazy("意见 %(what)s 的附件和台账不符，被改动"),
    "file_count": gettext_lazy("意见 %(what)s 的附件数和台账不符"),
    "file_unopened": gettext_lazy("意见 %(what)s 的附件打不开，密钥缺失或不对，没有核对"),
    "answer_missing": gettext_lazy("台账记有答复，数据库中没有"),
    "answer": gettext_lazy("答复的内容和台账不符，被改动"),
    "answer_swapped": gettext_lazy("意见 %(what)s 现在的答复不是台账所记的最后一次答复"),
    "answer_extra": gettext_lazy("数据库中有一次答复，台账中没有"),
    "redaction_missing": gettext_lazy("台账记有意见 %(what)s 的遮盖，数据库中没有"),
    "redaction": gettext_lazy("意见 %(what)s 的遮盖内容和台账不符，被改动"),
    "redaction_swapped": gettext_lazy("意见 %(what)s 现在的遮盖文字不是台账所记的最后一次遮盖"),
    "redaction_extra": gettext_lazy("数据库中有意见 %(what)s 的遮盖，台账中没有"),
    "erased_unsaid": gettext_lazy("%(what)s已不在，台账没有删除记录"),
    "erased_present": gettext_lazy("%(what)s按台账已经删除，数据库中还在"),
}


@dataclass(frozen=True, slots=True)
class Erased:
    """What is rightly gone: a part of an opinion, and the position of the entry that says so."""

    number: str
    part: str
    position: int

    @property
    def text(self) -> str:
        """Return it in words."""
        return _("意见 %(number)s 的%(part)s已由第 %(position)s 条删除") % {
            "number": self.number,
            "part": PARTS.get(self.part, self.part),
            "position": self.position,
        }


def _holds(salt: Any, fields: dict[str, Any], expected: str) -> bool:
    return commitment(bytes(salt), canonical_bytes(fields)) == expected


def _fault_of_file(file: OpinionFile, expected: str, *, with_bytes: bool) -> str:
    """Return what is wrong with a file, empty when it is the one that was committed to."""
    try:
        holds = file.commitment == expected and _holds(file.salt, file_fields(file), expected)
    except KeyMissingError:
        return "file_unopened"
    if not holds:
        return "file"
    return _fault_of_bytes(file) if with_bytes else ""


def _fault_of_bytes(file: OpinionFile) -> str:
    """Return what is wrong with the stored bytes of a file, empty when they are those that were taken.

    They lie in lines, each sealed under the file's key, so that little of a file is held at once.
    """
    cipher = open_data_keys([file.key_id]).get(file.key_id) if file.key_id else None
    if cipher is None:
        return "file_unopened"
    digest = sha256()
    try:
        with opinion_storage().open(str(file.file.name)) as sealed:
            for line in sealed:
                digest.update(cipher.decrypt(line.rstrip(b"\n")))
    except (OSError, InvalidToken):
        return "file"
    return "" if digest.hexdigest() == file.sha256 else "file"


class RowCheck:
    """The rows of one notice, checked against the entries of its chain in their order.

    Keeps a few short strings per opinion and nothing of its content.
    """

    def __init__(self, chain: Chain, record: NoticeRecord | None, *, with_files: bool) -> None:
        self.faults: list[Fault] = []
        self.opinions = 0
        self._chain, self._record, self._with_files = chain, record, with_files
        self._gone: dict[tuple[str, str], int] = {}  # (part, number): the entry that committed to it
        self._erased: dict[tuple[str, str], int] = {}  # (part, number): the entry that says so
        self._page_two: dict[
            str, tuple[int, str, str]
        ] = {}  # number: entry, first commitment, that of the row
        self._resealed: dict[
            str, str
        ] = {}  # number: the commitment that counts since a consent was withdrawn
        self._answers: dict[str, str] = {}  # number: the commitment of its last answer
        self._redactions: dict[str, str] = {}
        self._committed: set[str] = set()

    def take(self, entries: list[Entry]) -> None:
        """Check a batch of entries, which must come in the order of the chain."""
        by_act: dict[str, list[Entry]] = {}
        for entry in entries:
            by_act.setdefault(entry.act, []).append(entry)
        self._take_opinions(by_act.get("opinion_received", []))
        self._take_answers(by_act.get("answered", []))
        self._take_redactions(by_act.get("redacted", []))
        for entry in by_act.get("consent_withdrawn", []):
            if PAGE_TWO in entry.payload:
                self._resealed.update(dict.fromkeys(entry.payload["numbers"], entry.payload[PAGE_TWO]))
        for entry in by_act.get("erased", []):
            for number in entry.payload.get("numbers", []):
                self._erased.setdefault((str(entry.payload.get("part", "")), str(number)), entry.position)

    def finish(self) -> None:
        """Check what can only be said at the end of the chain."""
        for key, position in self._gone.items():
            if key not in self._erased:
                self._fault(position, "erased_unsaid", self._part_of(*key))
        for number, (position, first, found) in self._page_two.items():
            if found != self._resealed.get(number, first):
                self._fault(position, "page_two", number)
        self._check_erased()
        if self._record is not None:
            self._check_opinions(self._record)
            self._check_extra(self._record)

    def erased_rows(self) -> list[Erased]:
        """Return what was erased and says so."""
        return [Erased(number, part, at) for (part, number), at in self._erased.items()]

    def _fault(self, position: int, kind: str, what: str = "") -> None:
        self.faults.append(Fault(self._chain.key, position, kind, str(_WORDS[kind]) % {"what": what}))

    def _part_of(self, part: str, number: str) -> str:
        return _("意见 %(number)s 的%(part)s") % {"number": number, "part": PARTS.get(part, part)}

    # -- opinions --------------------------------------------------------------------------------------------------

    def _take_opinions(self, entries: list[Entry]) -> None:
        rows = Opinion.objects.filter(ledger_entry__in=entries).select_related("commenter")
        files = OpinionFile.objects.filter(state=FileState.COMMITTED).order_by("pk")
        opinions = {row.ledger_entry_id: row for row in rows.prefetch_related(Prefetch("files", files))}
        keys = self._keys(opinions.values())
        open_names(file for opinion in opinions.values() for file in opinion.files.all())
        for entry in entries:
            number = str(entry.payload.get("number", ""))
            opinion = opinions.get(entry.pk)
            if opinion is None:
                self._fault(entry.position, "opinion_missing", number)
                continue
            self.opinions += 1
            if opinion.number != number or opinion.timeliness != entry.payload.get("timeliness"):
                self._fault(entry.position, "opinion_swapped", number)
            self._check_page_one(opinion, entry, number)
            self._check_page_two(opinion, entry, number, keys)
            self._check_files(opinion, entry, number)

    def _keys(self, opinions: Iterable[Opinion]) -> dict[UUID, Fernet | None]:
        commenters = (getattr(opinion, "commenter", None) for opinion in opinions)
        return open_data_keys(row.key_id for row in commenters if row is not None and row.key_id is not None)

    def _check_page_one(self, opinion: Opinion, entry: Entry, number: str) -> None:
        expected = str(entry.payload.get(PAGE_ONE))
        if opinion.page_one_salt is None:
            self._gone[PAGE_ONE, number] = entry.position
            return
        if self._record is not None and opinion.notice_id == self._record.page_id:
            page = self._record.page
            page.record = self._record
            opinion.notice = page
        fields = page_one_fields(opinion)
        if opinion.page_one_commitment != expected or not _holds(opinion.page_one_salt, fields, expected):
            self._fault(entry.position, "page_one", number)

    def _check_page_two(
        self, opinion: Opinion, entry: Entry, number: str, keys: dict[UUID, Fernet | None]
    ) -> None:
        expected = entry.payload.get(PAGE_TWO) or ""
        commenter: Commenter | None = getattr(opinion, "commenter", None)
        if opinion.page_two_commitment != expected or bool(expected) != (commenter is not None):
            self._fault(entry.position, "page_two", number)
        if commenter is None or not expected:
            return
        if commenter.key_id in keys and keys[commenter.key_id] is None:
            commenter.sealed = None  # without its key nothing can be read, whatever the row still holds
        if commenter.sealed is None or commenter.key_id is None:
            self._gone[PAGE_TWO, number] = entry.position
            return
        cipher = keys.get(commenter.key_id)
        if cipher is None:
            self._fault(entry.position, "page_two_unopened", number)
            return
        try:
            salt, identity = sealed_identity(bytes(commenter.sealed), cipher)
        except (InvalidToken, ValueError, KeyError):
            self._fault(entry.position, "page_two", number)
            return
        if (identity["kind"], identity["contact_kind"]) != (commenter.kind, commenter.contact_kind):
            self._fault(entry.position, "page_two", number)
        # A withdrawn consent may have sealed it anew: which commitment counts is known at the end.
        self._page_two[number] = (entry.position, expected, commitment(salt, canonical_bytes(identity)))

    def _check_files(self, opinion: Opinion, entry: Entry, number: str) -> None:
        committed = [str(value) for value in entry.payload.get("files", [])]
        files = list(opinion.files.all())
        if len(files) != len(committed):
            self._fault(entry.position, "file_count", number)
        for file, expected in zip(files, committed, strict=False):
            if file.salt is None:
                self._gone[FILES, number] = entry.position
            elif kind := _fault_of_file(file, expected, with_bytes=self._with_files):
                self._fault(entry.position, kind, number)

    # -- what staff did with them ----------------------------------------------------------------------------------

    def _take_answers(self, entries: list[Entry]) -> None:
        committed = {str(entry.payload.get("answer", "")) for entry in entries}
        answers = {row.commitment: row for row in Answer.objects.filter(commitment__in=committed)}
        self._committed |= committed
        for entry in entries:
            expected = str(entry.payload.get("answer", ""))
            self._answers.update(dict.fromkeys(map(str, entry.payload.get("numbers", [])), expected))
            answer = answers.get(expected)
            if answer is None:
                self._fault(entry.position, "answer_missing")
            elif answer.salt is None or not _holds(answer.salt, answer_fields(answer), expected):
                self._fault(entry.position, "answer")

    def _take_redactions(self, entries: list[Entry]) -> None:
        committed = {str(entry.payload.get("redaction", "")) for entry in entries}
        rows = Redaction.objects.filter(commitment__in=committed).select_related("opinion")
        redactions = {row.commitment: row for row in rows}
        self._committed |= committed
        for entry in entries:
            number, expected = str(entry.payload.get("number", "")), str(entry.payload.get("redaction", ""))
            self._redactions[number] = expected
            redaction = redactions.get(expected)
            if redaction is None:
                self._fault(entry.position, "redaction_missing", number)
            elif redaction.salt is None:
                self._gone.setdefault((PAGE_ONE, number), entry.position)
            elif redaction.opinion.number != number or not _holds(
                redaction.salt, redaction_fields(redaction), expected
            ):
                self._fault(entry.position, "redaction", number)

    # -- at the end ------------------------------------------------------------------------------------------------

    def _check_erased(self) -> None:
        """Find what the ledger calls erased and the database still holds."""
        kept = {
            PAGE_ONE: ("number", Opinion.objects.filter(page_one_salt__isnull=False)),
            PAGE_TWO: ("opinion__number", Commenter.objects.filter(sealed__isnull=False)),
            FILES: ("opinion__number", OpinionFile.objects.filter(salt__isnull=False)),
        }
        for part, (field, rows) in kept.items():
            numbers = [number for known, number in self._erased if known == part]
            for start in range(0, len(numbers), READ_AT_ONCE):
                some = {f"{field}__in": numbers[start : start + READ_AT_ONCE]}
                for number in rows.filter(**some).values_list(field, flat=True).distinct():
                    self._fault(self._erased[part, number], "erased_present", self._part_of(part, number))

    def _check_opinions(self, record: NoticeRecord) -> None:
        """Find opinions without an entry, gaps between the numbers, and answers or redactions put in another's place."""
        last = {row.commitment: row.text for row in self._last_redactions()}
        rows = Opinion.objects.filter(notice_id=record.page_id).select_related("ledger_entry", "answer")
        expected = 0
        for opinion in rows.order_by("sequence").iterator(chunk_size=READ_AT_ONCE):
            entry = opinion.ledger_entry
            if entry.chain_id != self._chain.pk or entry.act != "opinion_received":
                self._fault(0, "opinion_extra", opinion.number)
                continue
            if entry.position > self._chain.length:
                continue  # came in while this ran
            expected += 1
            if opinion.sequence != expected or opinion.number != opinion_number(record.code, expected):
                self._fault(entry.position, "number_gap", opinion.number)
                expected = opinion.sequence
            answer = opinion.answer.commitment if opinion.answer is not None else None
            if answer != self._answers.get(opinion.number):
                self._fault(entry.position, "answer_swapped", opinion.number)
            redaction = self._redactions.get(opinion.number, "")
            is_erased = (PAGE_ONE, opinion.number) in self._erased
            if not is_erased and opinion.redacted_text != last.get(redaction, ""):
                self._fault(entry.position, "redaction_swapped", opinion.number)

    def _last_redactions(self) -> Iterable[Redaction]:
        commitments = list(self._redactions.values())
        for start in range(0, len(commitments), READ_AT_ONCE):
            yield from Redaction.objects.filter(commitment__in=commitments[start : start + READ_AT_ONCE])

    def _check_extra(self, record: NoticeRecord) -> None:
        answers = Answer.objects.filter(notice_id=record.page_id).values_list("commitment", flat=True)
        for value in answers.iterator(chunk_size=READ_AT_ONCE):
            if value not in self._committed:
                self._fault(0, "answer_extra")
        redactions = Redaction.objects.filter(opinion__notice_id=record.page_id)
        pairs = redactions.values_list("commitment", "opinion__number")
        for value, number in pairs.iterator(chunk_size=READ_AT_ONCE):
            if value not in self._committed:
                self._fault(0, "redaction_extra", number)
