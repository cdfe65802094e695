"""What was struck out of an opinion must not stand in its answer or in the author's parts: a statement is public."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from notices.archive.statement.record import StatementRecord
from notices.opinions.public_renderings import struck_passages
from notices.opinions.redaction import normalised
from notices.statutory.statement_outline import AUTHOR_PARTS


def exposed_numbers(record: StatementRecord, opinions: Sequence[Any]) -> list[str]:
    """Return the opinions of which a struck passage stands in what the proponent wrote.

    A passage that the notices themselves say (the name of a village) is no secret.
    """
    struck = struck_passages(opinions)
    if not struck:
        return []
    written, public = normalised(_written(record, opinions)), normalised(_public(record))
    return [
        opinion.number
        for opinion in opinions
        if any(
            passage in written and passage not in public
            for passage in map(normalised, struck.get(opinion.pk, ()))
            if passage
        )
    ]


def _written(record: StatementRecord, opinions: Sequence[Any]) -> str:
    answers = {opinion.answer.pk: opinion.answer for opinion in opinions if opinion.answer is not None}
    return "\n".join(
        [
            *(f"{answer.reason}\n{answer.report_reference}" for answer in answers.values()),
            *(str(getattr(record.text, name)) for name in AUTHOR_PARTS),
            *(row.handling for row in record.elsewhere),
        ]
    )


def _public(record: StatementRecord) -> str:
    parts = []
    for row in record.rounds:
        page = row.page
        villages = (place.village for place in page.places.all())
        parts += [page.project_name, page.location, page.content, page.public_scope, *villages]
    return "\n".join(parts)
