"""Geometry of the two charts, in whole SVG units; the template only writes it down. Colours and type are the style sheet's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from portal.overview.opinion_tables import Received

WIDTH: Final = 720
HEIGHT: Final = 260
_LEFT, _TOP, _BOTTOM = 44, 24, 32
_TICKS = 4
_DATES = 8
# With more days than this the figures above the bars would run into each other.
_FIGURES = 31

TOPIC_WIDTH: Final = 360
_ROW = 34
_LABEL = 110
_END = 44


@dataclass(frozen=True, slots=True)
class Bar:
    """A stack: what came in time from ``y`` (or ``x``) on, what came late after it; ``figure`` is written at its end."""

    x: int
    y: int
    width: int
    height: int
    late_x: int
    late_y: int
    late_width: int
    late_height: int
    label: str
    label_at: int
    figure: str
    figure_at: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on an axis and its words."""

    at: int
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of a size; ``baseline`` is where bars begin, ``sum`` and ``late`` are said in words as well."""

    width: int
    height: int
    baseline: int
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    labels: tuple[Mark, ...]
    sum: int
    late: int


def step_for(highest: int) -> int:
    """Return a round step (1, 2, 5, 10, 20, …) of which at most four reach the highest figure."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if factor * size * _TICKS >= highest:
                return factor * size
        size *= 10


def day_chart(days: Sequence[Received]) -> Chart:
    """Return upright bars, one a day, with at most eight dates below."""
    highest = max((day.total for day in days), default=0)
    step = step_for(highest)
    top = step * max(1, -(-highest // step))
    floor = HEIGHT - _BOTTOM
    room, slot = floor - _TOP, (WIDTH - _LEFT) / max(1, len(days))
    every = -(-len(days) // _DATES)
    bars, labels = [], []
    for number, day in enumerate(days):
        x, width = _LEFT + round(number * slot), max(1, round(slot * 0.7))
        inside, late = (_length(count, top, room) for count in (day.inside, day.late))
        middle, upper = x + width // 2, floor - inside - late
        figure = str(day.total) if day.total and len(days) <= _FIGURES else ""
        bars.append(
            Bar(
                *(x, floor - inside, width, inside),
                *(x, upper, width, late),
                *(day.label, middle, figure, upper - 6),
            )
        )
        if number % every == 0:
            labels.append(Mark(middle, f"{int(day.value[5:7])}/{int(day.value[8:10])}"))
    marks = tuple(Mark(floor - _length(value, top, room), str(value)) for value in range(0, top + 1, step))
    return Chart(WIDTH, HEIGHT, _LEFT, tuple(bars), marks, tuple(labels), *_sums(days))


def topic_chart(topics: Sequence[Received]) -> Chart:
    """Return lying bars, one a topic, each with its name before and its figure behind it."""
    highest = max((topic.total for topic in topics), default=0)
    room = TOPIC_WIDTH - _LABEL - _END
    bars = []
    for number, topic in enumerate(topics):
        y, height = number * _ROW + 6, _ROW - 12
        inside, late = (_length(count, highest, room) for count in (topic.inside, topic.late))
        bars.append(
            Bar(
                *(_LABEL, y, inside, height),
                *(_LABEL + inside, y, late, height),
                *(topic.label, y + height - 6, str(topic.total), _LABEL + inside + late + 8),
            )
        )
    return Chart(TOPIC_WIDTH, len(topics) * _ROW, _LABEL, tuple(bars), (), (), *_sums(topics))


def _length(count: int, highest: int, room: int) -> int:
    """Return a bar's length: whatever is there is seen."""
    return max(2, round(count * room / highest)) if count else 0


def _sums(entries: Sequence[Received]) -> tuple[int, int]:
    return sum(entry.total for entry in entries), sum(entry.late for entry in entries)
