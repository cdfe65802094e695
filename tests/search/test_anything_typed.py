"""Whatever is typed gives results or a plain word, on the page, to programs and while typing."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.models import Word
from search.sounds import sound

pytestmark = pytest.mark.django_db

PIECES = [
    "渗滤液",
    "渗虑液",
    "环评",
    "尾矿库",
    "GB/T14848-2017",
    "5.48hm²",
    "AND",
    "NOT",
    "或",
    "非",
    "“",
    '"',
    "(",
    "）",
    "*",
]
ODD = ["\x00", "\ud800", "𬒔", "⻚", "ﷺ", "İ", "%", "_", "\\", "'", "<b>", "\u202e", "😀", "-", "\n"]
TYPED = st.one_of(
    st.lists(st.sampled_from([*PIECES, *ODD, " "]), max_size=30).map("".join), st.text(max_size=120)
)
FIELDS = st.dictionaries(
    st.sampled_from(
        ["county", "state", "kind", "year", "industry", "since", "until", "sort", "exact", "code", "page"]
    ),
    st.one_of(
        st.text(max_size=30),
        st.sampled_from(["141026", "open", "2026-02-30", "20260301", "closing", "1", "-1", "９"]),
    ),
    max_size=4,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=TYPED, fields=FIELDS)
def test_every_door_answers_whatever_is_typed(client: Client, typed: str, fields: dict[str, str]) -> None:
    for word in ("渗滤液", "尾矿库", "环境影响"):
        Word.objects.get_or_create(text=word, defaults={"sound": sound(word), "pages": 3, "files": 2})
    cache.clear()
    asked = {name: _sent(value) for name, value in {**fields, "q": typed}.items()}
    page = client.get("/search/", asked)
    assert page.status_code == 200
    html = page.content.decode()
    said = ("找到", "没有找到", 'class="note"', "怎样搜得更准")
    assert any(words in html for words in said)
    answer = client.get("/api/search/", asked)
    assert answer.status_code == 200
    assert answer.json()["page_count"] >= 1
    assert client.get("/search/suggest/", asked).status_code == 200


def _sent(value: str) -> str:
    """Return what arrives of a value: no browser sends half a surrogate pair."""
    return value.encode("utf-8", "replace").decode("utf-8")
