"""Journey 6: publication leaves a PDF/A with its hash; a poster is there after approval."""

from __future__ import annotations

import io
from hashlib import sha256

import pikepdf
import pypdfium2
import pytest

from notices.archive.models import ArchiveFile
from tests.factories import make_notice


def fetch(page, address: str) -> bytes:
    response = page.request.get(page.url.split("/n/")[0].split("/admin/")[0] + address)
    assert response.ok, response.status
    return response.body()


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return "".join(page.get_textpage().get_text_bounded() for page in document)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_archive_of_a_published_notice_carries_its_hash_beside_the_link(open_page, size: str) -> None:
    notice = make_notice()
    page = open_page(f"/n/{notice.record.code}/", size=size)
    link = page.locator("a[href*='/archive/']").first
    data = fetch(page, link.get_attribute("href"))
    digest = sha256(data).hexdigest()
    assert digest in page.locator("main").inner_text().replace("\n", "")
    assert ArchiveFile.objects.get(kind="notice").sha256 == digest
    text = text_of(data)
    assert notice.record.code in text
    assert "安泽县唐城镇清水沟" in text
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "3"
        assert metadata["pdfaid:conformance"] == "A"


def test_the_poster_is_there_for_the_proponent_after_approval(sign_in, people) -> None:
    notice = make_notice(stage="approved", proponent=people.company_a)
    page = sign_in("li")
    text = text_of(fetch(page, f"/n/{notice.record.code}/poster.pdf"))
    assert notice.record.code in text.replace(" ", "")
    assert "清水沟矿区生态修复项目" in text.replace("\n", "").replace("\r", "")


def test_before_approval_there_is_no_poster_and_a_reason(sign_in, people) -> None:
    notice = make_notice(stage="draft", proponent=people.company_a)
    page = sign_in("li")
    response = page.request.get(page.url.split("/admin/")[0] + f"/n/{notice.record.code}/poster.pdf")
    assert response.status < 500
    assert "application/pdf" not in response.headers["content-type"]
    assert "核对" in response.text()


def test_rivals_and_strangers_get_no_poster(sign_in, open_page, people) -> None:
    notice = make_notice(stage="approved", proponent=people.company_a)
    for page in (sign_in("rival"), sign_in("outsider"), open_page("/")):
        base = "/".join(page.url.split("/")[:3])
        response = page.request.get(f"{base}/n/{notice.record.code}/poster.pdf")
        assert "application/pdf" not in response.headers["content-type"]
