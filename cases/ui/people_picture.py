"""The people around somebody as a small drawing: they in the middle, a line to each.

Nothing stands in the drawing alone: the list below it says the same in words. Not here: who is
around whom (`casefile.people_around`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

WIDTH, HEIGHT, MIDDLE_Y = 360, 340, 170
ACROSS, UP = 108, 112  # of the ring on which the others stand
MOST, LETTERS = 8, 16  # more lie over each other, at the width of a telephone


@dataclass(frozen=True)
class Someone:
    """One of those around. `tie`: "home" lives with them, "away" must be kept away, "" else."""

    name: str
    relation: str
    tie: str = ""


def people_picture(name: str, around: Sequence[Someone]) -> SafeString:
    """An SVG of a person and those around them, the first eight; it scales with its box."""
    drawn = around[:MOST]
    places = [_place(n, len(drawn)) for n in range(len(drawn))]
    lines = format_html_join(
        "\n",
        '<line class="app-around__line app-around__line--{}" x1="{}" y1="{}" x2="{}" y2="{}"/>',
        (
            (one.tie or "else", WIDTH // 2, MIDDLE_Y, x, y)
            for one, (x, y) in zip(drawn, places, strict=True)
        ),
    )
    people = format_html_join(
        "\n",
        '<circle class="app-around__one app-around__one--{}" cx="{}" cy="{}" r="9"/>'
        '<text x="{}" y="{}">{}</text><text class="app-around__relation" x="{}" y="{}">{}</text>',
        (
            (one.tie or "else", x, y, x, up + 24, _cut(one.name), x, up + 39, _cut(one.relation))
            for one, (x, y) in zip(drawn, places, strict=True)
            for up in [y if y >= MIDDLE_Y else y - 58]  # no line runs through a name
        ),
    )
    words = _("%(name)s and the people around them. The list below says the same.") % {"name": name}
    return format_html(
        '<svg class="app-around" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '{}<circle class="app-around__middle" cx="{}" cy="{}" r="16"/>{}</svg>',
        WIDTH,
        HEIGHT,
        words,
        lines,
        WIDTH // 2,
        MIDDLE_Y,
        people,
    )


def _place(number: int, of: int) -> tuple[int, int]:
    """The point of one of several on the ring, the first at the top."""
    turn = 2 * pi * number / of - pi / 2
    return round(WIDTH / 2 + ACROSS * cos(turn)), round(MIDDLE_Y + UP * sin(turn))


def _cut(words: str) -> str:
    return words if len(words) <= LETTERS else words[: LETTERS - 1].rstrip() + "…"
