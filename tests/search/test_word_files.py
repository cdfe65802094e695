"""Word files of a notice: found by their parts, read without a picture, and what nobody can search is said."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from notices.attachment_services import add_attachment
from notices.models import Attachment, AttachmentKind, NoticePage
from notices.services import approve_notice
from search.models import AttachmentText, PageText
from search.services import index_attachment
from tests.factories import an_operator, confirm, make_draft
from tests.people import make_people
from tests.word import PAGE_BREAK, PICTURE, make_docx, paragraph

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True, databases=["default", "keys"])

BODY = paragraph("删减说明") + PAGE_BREAK + paragraph("涉及商业秘密的回喷工艺") + PAGE_BREAK + PICTURE


def attach_word(notice: NoticePage, content: bytes) -> Attachment:
    return add_attachment(
        notice=notice,
        upload=SimpleUploadedFile("删减说明.docx", content),
        kind=AttachmentKind.REDACTION,
        title="删减说明",
        user=None,
        now=timezone.now(),
    )


def published_with_word(body: str = BODY) -> Attachment:
    """Publish a notice that has a Word file beside its report."""
    draft = make_draft()
    file = attach_word(draft, make_docx(body))
    confirm(draft)
    approve_notice(page=draft, revision=draft.get_latest_revision(), user=an_operator(), now=timezone.now())
    return Attachment.objects.select_related("notice__record").get(pk=file.pk)


def shown(client: Any, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def test_a_word_file_is_found_by_its_part_and_read_without_a_picture(client: Any) -> None:
    file = published_with_word()
    code = file.notice.record.code
    address = f"/n/{code}/report/{file.pk}/2/"
    html = shown(client, "/search/", q="回喷工艺")
    assert re.search(rf'href="{address}\?q=[^"]+">《删减说明》第 2 部分</a>', html)
    assert "<mark>回喷工艺</mark>" in html
    assert "报告书中 1 部分。" in html
    assert "另有 1 部分搜索不到（没有文字层或者没有读完）" in html
    page = shown(client, address, q="回喷工艺")
    assert "第 2 部分，共 3 部分" in page
    assert "涉及商业秘密的<mark>回喷工艺</mark>" in page
    assert "/image" not in page
    assert f"/n/{code}/files/{file.pk}/" in page
    assert "只有图片，没有文字" in shown(client, f"/n/{code}/report/{file.pk}/3/")
    assert client.get(f"/n/{code}/report/{file.pk}/4/").status_code == 404
    assert client.get(f"{address}image").status_code == 404
    assert "阅读文字" in shown(client, f"/n/{code}/")
    (hit,) = client.get("/api/search/", {"q": "回喷工艺"}).json()["results"][0]["pages"]
    assert (hit["unit"], hit["number"]) == ("part", 2)
    form = shown(client, f"/n/{code}/opinion/", file=str(file.pk), page="2")
    assert "《删减说明》第 2 部分：</textarea>" in form


def test_hits_of_several_files_name_theirs_and_count_pages_and_parts(client: Any) -> None:
    file = published_with_word(paragraph("渗滤液") + PAGE_BREAK + paragraph("渗滤液") + PAGE_BREAK + PICTURE)
    report = file.notice.attachments.exclude(pk=file.pk).get()
    html = shown(client, "/search/", q="渗滤液")
    assert "》第 1 页</a>" not in html
    PageText.objects.filter(attachment=report).delete()
    for number in (1, 2):
        PageText.objects.create(attachment=report, number=number, text="渗滤液")
    index_attachment(attachment=report)
    AttachmentText.objects.filter(attachment=report).update(pages_without_text=3)
    html = shown(client, "/search/", q="渗滤液")
    assert "报告书中 2 页、2 部分。" in html
    assert "另有 3 页、1 部分搜索不到" in html
    assert "这个公示的文件里还有 1 " in html
    html = shown(client, "/search/", q="渗滤液", code=file.notice.record.code)
    assert f"《{report.title}》第 1 页</a>" in html
    assert "《删减说明》第 2 部分</a>" in html


def test_a_drafts_word_file_is_read_by_its_own_staff_only(client: Any) -> None:
    people = make_people()
    draft = make_draft(proponent=people.company_a)
    file = attach_word(draft, make_docx(BODY))
    address = f"/n/{draft.record.code}/report/{file.pk}/2/"
    for user, status in ((people.li, 200), (people.rival, 404), (people.outsider, 404)):
        client.force_login(user)
        assert client.get(address).status_code == status, user
    client.logout()
    assert client.get(address).status_code == 404


def test_its_proponent_sees_what_nobody_can_search_and_the_personal_data_in_it(client: Any) -> None:
    people = make_people()
    draft = make_draft(proponent=people.company_a)
    body = paragraph("说明") + PAGE_BREAK + PICTURE + PAGE_BREAK + paragraph("联系人 13812345678")
    file = attach_word(draft, make_docx(body))
    client.force_login(people.li)
    panel = reverse("notice_attachments", args=[draft.pk])
    html = shown(client, panel)
    assert "第2部分只有图片，公众搜不到" in html
    assert "66% 的部分可检索" in html
    assert "第3部分 " in html
    AttachmentText.objects.filter(attachment=file).update(error="读取文件超时，后面的页没有读取。")
    assert "没有读出的内容公众搜不到" in shown(client, panel)


def test_a_file_that_was_not_read_to_its_end_is_counted_on_the_result_page(client: Any) -> None:
    file = published_with_word()
    AttachmentText.objects.filter(attachment=file).update(error="读取文件超时", page_count=0)
    words = "有 1 个文件没有读完"
    assert words in shown(client, "/search/", q="回喷工艺")
    assert words in shown(client, "/search/", q="没有的词", code=file.notice.record.code)
    assert client.get("/api/search/", {"q": "回喷工艺"}).json()["files_not_read"] == 1


def test_a_damaged_word_file_is_refused_with_what_to_do() -> None:
    draft = make_draft()
    with pytest.raises(ValidationError, match="重新保存后上传"):
        attach_word(draft, make_docx("<w:p>"))
    assert draft.attachments.count() == 1
