"""What somebody may have meant, told from the words of reports."""

from __future__ import annotations

import pytest

from search.corrections import likely
from search.models import Word
from search.sounds import sound

pytestmark = pytest.mark.django_db


def know(*words: str) -> None:
    """Have these words in the vocabulary without a report."""
    Word.objects.bulk_create(Word(text=word, sound=sound(word), pages=2, files=1) for word in words)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("渗虑液", "渗滤液"),
        ("渗慮液", "渗滤液"),
        ("身滤叶", "渗滤液"),
        ("渗虑液收集池", "渗滤液收集池"),
        ("尾框库", "尾矿库"),
        ("尾矿", None),
        ("尾矿矿库", "尾矿库"),
        ("赵声", "噪声"),
        ("造声", "噪声"),
        ("卫生防户据离", "卫生防护距离"),
        ("防渗莫", "防渗膜"),
        ("水井", None),
        ("膜", None),
        ("HDPE", None),
        ("放射性同位素", None),
        ("渗" * 13, None),
    ],
)
def test_a_word_is_meant_that_sounds_or_looks_alike(typed: str, meant: str | None) -> None:
    know("渗滤液", "尾矿库", "尾矿", "噪声", "卫生防护距离", "防渗膜", "水井")
    assert likely(typed)[:1] == ([meant] if meant else [])
