"""Concerns that are no matter of an EIA are recognised by whole words."""

from __future__ import annotations

import pytest

from notices.statutory.elsewhere import elsewhere_in


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("征地补偿什么时候发？", ["land"]),
        ("希望招工优先用本村人，拆迁户有安置房。", ["relocation", "jobs"]),
        ("补偿款没有到账。", ["property"]),
        ("担心土地被污染，请做好生态补偿和水土保持。", []),
        ("请加密监测井。", []),
    ],
)
def test_whole_words_tell_the_concern(text: str, keys: list[str]) -> None:
    assert [concern.key for concern in elsewhere_in(text)] == keys
