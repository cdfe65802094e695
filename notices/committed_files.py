"""Files that the entries of a notice's chain name by their SHA-256, against the rows and bytes that are kept of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import file_digest

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.ledger.models import Chain, Entry
from notices.ledger.services import Fault
from notices.models import NoticeRecord
from notices.models.attachments import content_storage


@dataclass(frozen=True, slots=True)
class CommittedFiles:
    """One kind of file: its name in words, the hashes that an entry names, and what is kept of a notice.

    ``kept`` returns pairs of a SHA-256 and the name in the content storage, which is empty for a file that was lawfully removed.
    """

    label: str | Promise
    named: Callable[[Entry], Iterable[str]]
    kept: Callable[[NoticeRecord], Iterable[tuple[str, str]]]


def _attachments_named(entry: Entry) -> list[str]:
    files = entry.payload.get("attachments")
    return [str(file.get("sha256")) for file in files] if isinstance(files, list) else []


def _attachments_kept(record: NoticeRecord) -> Iterable[tuple[str, str]]:
    return record.page.attachments.values_list("sha256", "file")


_kinds = [CommittedFiles(gettext_lazy("公示附件"), _attachments_named, _attachments_kept)]


def register(kind: CommittedFiles) -> None:
    """Add a kind, once; apps do so in ``ready()``."""
    if kind not in _kinds:
        _kinds.append(kind)


class FileCheck:
    """The files that the entries of one chain name, taken batch by batch; keeps a hash and a position each."""

    def __init__(self, chain: Chain, record: NoticeRecord | None, *, with_bytes: bool) -> None:
        self._chain, self._record, self._with_bytes = chain, record, with_bytes
        self._named: list[dict[str, int]] = [{} for _kind in _kinds]

    def take(self, entries: Sequence[Entry]) -> None:
        """Note what the entries name."""
        for kind, named in zip(_kinds, self._named, strict=True):
            for entry in entries:
                for digest in kind.named(entry):
                    named.setdefault(digest, entry.position)

    def finish(self) -> list[Fault]:
        """Return a fault for each file whose row is gone or whose bytes are others."""
        if self._record is None:
            return []
        faults = []
        for kind, named in zip(_kinds, self._named, strict=True):
            kept = dict(kind.kept(self._record)) if named else {}
            for digest, position in named.items():
                if digest not in kept:
                    faults.append(self._fault(kind, position, digest, "public_file_missing"))
                elif self._with_bytes and kept[digest] and not _has_bytes(kept[digest], digest):
                    faults.append(self._fault(kind, position, digest, "public_file"))
        return faults

    def _fault(self, kind: CommittedFiles, position: int, digest: str, fault: str) -> Fault:
        words = {
            "public_file_missing": _("台账记有%(what)s %(digest)s，数据库中没有"),
            "public_file": _("%(what)s %(digest)s 的文件和台账不符，被改动或者丢失"),
        }
        return Fault(
            self._chain.key, position, fault, words[fault] % {"what": kind.label, "digest": digest[:8]}
        )


def _has_bytes(name: str, digest: str) -> bool:
    try:
        with content_storage().open(name) as file:
            return file_digest(file, "sha256").hexdigest() == digest
    except OSError:
        return False
