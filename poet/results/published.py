"""Reading what was published: the newest release of a council, line by line. Nothing here has seen
an answer.

Every share and interval is worked out from the rounded counts, so it can give away no more than
they do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from poet import statistics
from poet.models import QuestionSet, Release
from poet.results import publishing
from poet.survey import responses
from poet.survey.questions import TEXT, shared_scale

WHO = {"person": _("People"), "carer": _("Carers"), "worker": _("Workers")}
FEW = 30  # answers under which the reader is told that they are few


@dataclass(frozen=True)
class Line:
    """A group's answers to one question, rounded to 5; None where hidden, everywhere in a line that
    is hidden whole.
    """

    n: int | None = None
    good: int | None = None
    middle: int | None = None
    bad: int | None = None

    @property
    def share(self) -> float | None:
        return self.good / self.n if self.n and self.good is not None else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95%, Wilson."""
        return (
            statistics.wilson_interval(self.good, self.n)
            if self.n and self.good is not None
            else None
        )

    @property
    def few(self) -> bool:
        return self.n is not None and 0 < self.n < FEW

    def interval_of(self, side: str) -> tuple[float, float] | None:
        count = getattr(self, side)
        return statistics.wilson_interval(count, self.n) if self.n and count is not None else None


HIDDEN, EMPTY = Line(), Line(0, 0, 0, 0)


@dataclass(frozen=True)
class Question:
    """One question of an instrument, in its council's newest wording."""

    who: str
    code: str
    short: str
    text: str
    block: str
    domain: str
    themes: tuple[str, ...]
    condition: str = ""
    scale: str = ""

    @property
    def meaning(self) -> tuple[str, ...]:
        """What has to be the same before figures of two councils stand side by side, never the id.
        A domain of the open list meets in its scale; a council's own domain only in the very same
        words.
        """
        shared = shared_scale(self.who, self.domain) is not None
        return (
            (self.who, self.domain, self.scale)
            if shared
            else (self.who, self.domain, self.scale, self.text)
        )


class Book:
    """The published figures of one council."""

    def __init__(self, council: Any, release: Release | None = None) -> None:
        self.council = council
        self.release = release or publishing.newest(council)
        self.lines: Mapping[str, list | None] = self.release.lines if self.release else {}
        self.about: Mapping[str, Any] = (
            self.release.about if self.release else {"asked": {}, "caseload": {}, "sets": []}
        )

    @property
    def made_at(self) -> datetime | None:
        return self.release.made_at if self.release else None

    @cached_property
    def _views(self) -> dict[str, dict[str, Line]]:
        """ "year/who/question/view" -> {group: line}."""
        found: dict[str, dict[str, Line]] = {}
        for key, cells in self.lines.items():
            view, _slash, group = key.rpartition("/")
            found.setdefault(view, {})[group] = HIDDEN if cells is None else Line(*cells)
        return found

    def groups(self, year: str, who: str, question: str, view: str) -> Mapping[str, Line]:
        """{group: line} of every shown line of a view."""
        found = self._views.get(f"{year}/{who}/{question}/{view}", {})
        return {group: line for group, line in found.items() if line.n}

    def line(self, year: str, who: str, question: str, view: str, group: str = "") -> Line:
        """One published line; HIDDEN for one that is not shown, EMPTY for one that rests on
        nobody.
        """
        return self._views.get(f"{year}/{who}/{question}/{view}", {}).get(group, EMPTY)

    def years(self) -> list[str]:
        """The financial years that have figures, the newest first."""
        return sorted({key.split("/", 1)[0] for key in self.lines}, reverse=True)

    def questions(self, who: str, block: str | None = None) -> list[Question]:
        """The questions of an instrument in their order; all blocks, or one."""
        return [one for one in self._questions if one.who == who and block in (None, one.block)]

    @cached_property
    def _questions(self) -> list[Question]:
        return questions(QuestionSet.objects.filter(pk__in=self.about["sets"]))

    def response_counts(self, year: str, who: str, group: str = "all/") -> tuple[int, int]:
        """(asked, answered) of a group such as "route/direct_payment": rounded, 0 where hidden."""
        found = self.about["asked"].get(f"{year}/{who}", {})
        return found.get(f"asked/{group}", 0), found.get(f"answered/{group}", 0)

    def caseload(self, who: str) -> Mapping[str, int]:
        """{"route|age": people whose budget runs}, rounded."""
        return self.about["caseload"].get(who, {})


def questions(sets: Iterable[QuestionSet]) -> list[Question]:
    """Every question of the sets that a council has answers to, in the order of the instruments."""
    return [
        Question(
            who,
            code,
            spec["short"],
            spec["text"],
            spec["block"],
            spec["domain"],
            tuple(spec.get("themes", ())),
            spec.get("condition") or "",
            spec["scale"],
        )
        for (who, code), spec in responses.specs(sets).items()
        if spec["scale"] != TEXT
    ]


def year_words(year: str) -> str:
    """A financial year as people write it: 2026-27."""
    return f"{year}-{(int(year) + 1) % 100:02d}"
