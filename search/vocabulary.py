"""The words of what is public: counted in when a file becomes public, out when it leaves."""

from __future__ import annotations

from collections import Counter
from typing import Final

from django.db import connection, transaction

from notices.models import Attachment
from search.analysis import normalise
from search.models import AttachmentText, PageText, Word, public_pages
from search.sounds import sound
from search.words import WORDS_VERSION, is_word, words_of

BATCH: Final = 500
# The same on SQLite and PostgreSQL; the framework's own upsert cannot add to what is there.
_ADD: Final = (
    "INSERT INTO search_word (text, sound, pages, files) VALUES (%s, %s, %s, %s) ON CONFLICT (text) DO UPDATE"
    " SET pages = search_word.pages + excluded.pages, files = search_word.files + excluded.files"
)


def count_words(*, attachment: Attachment) -> None:
    """Count the words of a public file in and those of any other out, each once, however often this is called."""
    extracted = AttachmentText.objects.filter(attachment=attachment).first()
    if extracted is None:
        return
    public = AttachmentText.objects.filter(public_pages(), pk=extracted.pk).exists()
    if not public or extracted.words_version != WORDS_VERSION:
        take_out(extracted)
    if public and not extracted.words_counted:
        # Only now: the villages are named after the report is uploaded, until the notice is published.
        _read_words(extracted, villages=_villages(attachment))
        _set_counted(extracted, True)


def take_out(extracted: AttachmentText) -> None:
    """Count the words of a file out before its pages are replaced."""
    _set_counted(extracted, False)


def _villages(attachment: Attachment) -> set[str]:
    named = {normalise(name) for name in attachment.notice.places.values_list("village", flat=True)}
    return {form for name in named for form in (name, name.removesuffix("村")) if is_word(form)}


def _read_words(extracted: AttachmentText, *, villages: set[str]) -> None:
    pages = list(PageText.objects.filter(attachment=extracted.attachment_id))
    for page in pages:
        text = normalise(page.text)
        # A village is no word of any dictionary, and what people ask for most.
        page.words = " ".join(dict.fromkeys([*(each for each in villages if each in text), *words_of(text)]))
    PageText.objects.bulk_update(pages, ["words"], batch_size=BATCH)
    extracted.words_version = WORDS_VERSION
    extracted.save(update_fields=["words_version"])


def _set_counted(extracted: AttachmentText, counted: bool) -> None:
    if extracted.words_counted == counted:
        return
    pages = Counter[str]()
    for words in PageText.objects.filter(attachment=extracted.attachment_id).values_list("words", flat=True):
        pages.update(words.split())
    sign = 1 if counted else -1
    rows = [(word, sound(word), sign * count, sign) for word, count in pages.items()]
    with transaction.atomic():
        # Whoever changes the mark counts: a second worker with the same file changes nothing.
        changed = AttachmentText.objects.filter(pk=extracted.pk, words_counted=not counted)
        if changed.update(words_counted=counted) and rows:
            with connection.cursor() as cursor:
                cursor.executemany(_ADD, rows)
            if not counted:
                # In the same step: nobody may see a word of no page.
                Word.objects.filter(files__lte=0).delete()
    extracted.words_counted = counted
