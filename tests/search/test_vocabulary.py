"""The words of what is public: counted when it becomes public, gone when it leaves, never a name, a draft or an opinion."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from notices.models import NoticePage, NoticePlace
from notices.services import approve_notice
from search.analysis import normalise
from search.models import AttachmentText, PageText, Word
from search.sounds import sound
from search.tasks import queue_outdated_words, read_attachment
from search.vocabulary import count_words
from search.words import words_of
from tests.factories import confirm, make_draft, make_notice
from tests.notices.correcting import begin, finish
from tests.people import make_people

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True, databases=["default", "keys"])

PAGES = ["渗滤液收集池，防渗膜。联系人王建国", "渗滤液导排", "尾矿库"]


def vocabulary() -> dict[str, tuple[int, int]]:
    return {word.text: (word.pages, word.files) for word in Word.objects.all()}


def test_words_of_a_report_count_from_its_publication() -> None:
    draft = make_notice(stage="draft", report_pages=PAGES)
    assert PageText.objects.filter(attachment__notice=draft).count() == 3
    assert vocabulary() == {}
    make_notice(report_pages=PAGES)
    assert vocabulary()["渗滤液"] == (2, 1)
    make_notice(report_pages=PAGES, now=timezone.now() - timedelta(days=3))
    assert vocabulary()["渗滤液"] == (4, 2)


def test_a_file_is_counted_once_and_taken_out_whole() -> None:
    make_notice(report_pages=["防渗膜"])
    before = vocabulary()
    file = make_notice(report_pages=PAGES).attachments.get()
    counted = vocabulary()
    read_attachment.call(file.pk)
    assert vocabulary() == counted != before
    file.until_version = 0
    file.save(update_fields=["until_version"])
    count_words(attachment=file)
    count_words(attachment=file)
    assert vocabulary() == before


def test_a_change_of_the_segmentation_is_taken_over_when_a_file_is_next_read() -> None:
    file = make_notice(report_pages=PAGES).attachments.get()
    AttachmentText.objects.filter(attachment=file).update(words_version=0)
    before = vocabulary()
    PageText.objects.filter(attachment=file, number=3).update(text="噪声")
    read_attachment.call(file.pk)
    after = vocabulary()
    assert "尾矿库" not in after
    assert {word: count for word, count in before.items() if word != "尾矿库"} == {
        word: count for word, count in after.items() if word != "噪声"
    }


def test_a_file_that_is_extracted_again_counts_once() -> None:
    file = make_notice(report_pages=PAGES).attachments.get()
    before = vocabulary()
    AttachmentText.objects.filter(attachment=file).update(error="超时")
    read_attachment.call(file.pk)
    assert vocabulary() == before


def test_the_clock_has_files_read_that_no_segmentation_has_seen() -> None:
    file = make_notice(report_pages=PAGES).attachments.get()
    before = vocabulary()
    assert queue_outdated_words(now=timezone.now()) == 0
    AttachmentText.objects.filter(attachment=file).update(words_version=0, words_counted=False)
    PageText.objects.filter(attachment=file).update(words="")
    Word.objects.all().delete()
    assert queue_outdated_words(now=timezone.now()) == 1
    assert vocabulary() == before


def test_the_clock_takes_out_and_reads_what_a_lost_task_left() -> None:
    before = vocabulary()
    file = make_notice(report_pages=PAGES).attachments.get()
    counted = vocabulary()
    NoticePage.objects.filter(pk=file.notice_id).update(live=False)
    assert queue_outdated_words(now=timezone.now()) == 1
    assert vocabulary() == before
    NoticePage.objects.filter(pk=file.notice_id).update(live=True)
    assert queue_outdated_words(now=timezone.now()) == 1
    assert vocabulary() == counted
    Word.objects.all().delete()
    AttachmentText.objects.all().delete()
    PageText.objects.all().delete()
    assert queue_outdated_words(now=timezone.now()) == 1
    assert vocabulary() == counted
    make_notice(stage="draft", report_pages=PAGES)
    assert queue_outdated_words(now=timezone.now()) == 0


def test_villages_named_after_the_upload_and_by_a_correction_are_words() -> None:
    people = make_people()
    page = make_draft(proponent=people.company_a, report_pages=["渗滤液流向石窑圪垛村和柏圪崂村"])
    page.places.add(NoticePlace(village="石窑圪垛村", division_code="141026", in_scope=True))
    page.save_revision()
    confirm(page)
    approve_notice(page=page, revision=page.get_latest_revision(), user=people.op, now=timezone.now())
    assert "石窑圪垛村" in vocabulary()
    assert "柏圪崂村" not in vocabulary()
    page = NoticePage.objects.get(pk=page.pk)
    begin(page, people.li)
    draft = NoticePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    draft.places.add(NoticePlace(village="柏圪崂村", division_code="141026", in_scope=True))
    draft.save_revision(user=people.li)
    finish(page, people.op)
    assert vocabulary()["柏圪崂村"] == vocabulary()["石窑圪垛村"] == vocabulary()["渗滤液"] == (1, 1)


def test_names_of_people_are_no_words() -> None:
    words = words_of(normalise("联系人王建国、李志强、诸葛晓东，环评工程师张艳；渗 滤\n液、尾礦庫、HDPE膜"))
    assert set(words) == {"联系人", "环评", "工程师", "渗滤液", "尾矿库"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("渗虑液", "渗滤液"), ("身滤叶", "渗滤液"), ("省人", "森人"), ("造声", "噪声"), ("支理", "治理")],
)
def test_what_sounds_alike_has_one_sound(typed: str, meant: str) -> None:
    assert sound(typed) == sound(meant) != ""


def test_what_has_no_sound_sounds_like_nothing() -> None:
    assert sound("HDPE") == sound("㟃沟") == ""


def test_a_process_that_reads_no_report_does_not_load_the_dictionary() -> None:
    program = "import sys, search.words; sys.exit('rjieba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
