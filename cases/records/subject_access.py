"""Everything that is held about somebody in one case, made from the models, so that no table can be
forgotten.

Each app says of each of its models how a row is reached from the case, what a reader must be
allowed to read, and which columns tell nothing to anybody (keys, hashes); or why a model is not
given out. A new column comes along by itself, and a new model that nobody named makes a test fail.
What is said of what is left out is the same for everybody, so that it tells nothing either. Reading
only. Not here: the entries of each app (`subject_access_fields` and its likes), the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import access, journey
from cases.assessment import questions
from cases.common import dates
from cases.models import Case
from cases.ui.date_words import day

USER = "cases.User"
OWN = "own"  # what only the person reads, and no helper
READS = {OWN: frozenset({"person"})}
CODED = {
    "kind": {code: clock.title for code, clock in journey.CLOCKS.items()},
    "outcome": questions.OUTCOMES["adult"] | questions.OUTCOMES["carer"],
    **dict.fromkeys(("role", "turn", "author_role"), journey.TURN_NAMES),
    "cycle": journey.CYCLES,
}  # codes of columns that have no choices of their own
LABELS = {
    "at": gettext_lazy("When"),
    "by": gettext_lazy("Who"),
    "seq": gettext_lazy("Number in the case"),
    "on_behalf_of": gettext_lazy("For"),
    "verb": gettext_lazy("What happened"),
    "value": gettext_lazy("Answer"),
    "voice": gettext_lazy("Whose answer"),
    "codes": gettext_lazy("Details"),
    "facts": gettext_lazy("Details"),
}


@dataclass(frozen=True)
class Reader:
    """For whom a copy is made. `by_staff`: a colleague makes it for the person, and reads no draft
    by it. A helper who reads is not told another helper's name.
    """

    reading: access.Reading
    by_staff: bool = False

    @property
    def case(self) -> Case:
        return self.reading.case

    @property
    def roles(self) -> frozenset[str]:
        return frozenset({"person"}) if self.by_staff else self.reading.roles

    @property
    def helper(self) -> bool:
        return "person" not in self.roles

    @property
    def heard(self) -> set[str]:
        return access.audiences(self.roles)

    def name(self, user: Any) -> str:
        """Who somebody is: those around the person and the named worker by name, everybody else by
        where they are.
        """
        rep = next((r for r in self.reading.people if r.user_id == user.pk), None)
        if rep and self.helper and rep.kind != "self" and user != self.reading.user:
            return _("Another helper")
        if rep:
            return str(self.case.person.name if rep.kind == "self" else user)
        return str(user) if user.pk == self.case.worker_id else _("Somebody at the council")


@dataclass(frozen=True)
class Held:
    """How rows of one model are given out. `path`: the lookup from a row to its case. `words`:
    column -> how it is said. `only`: what these readers may have of the rows. `others`: are the
    words of a row somebody else's? `list_presenter`: in place of the rows themselves.
    """

    path: str
    title: Any
    group: str = "timeline"
    leave: tuple[str, ...] = ()
    words: dict[str, Callable[[Any, Reader], str]] = field(default_factory=dict)
    only: Callable[[models.QuerySet, Reader], models.QuerySet] | None = None
    others: Callable[[Any], bool] | None = None
    rows: Callable[[Reader], list[Row]] | None = None


@dataclass(frozen=True)
class Cell:
    name: str
    label: str
    words: str


@dataclass(frozen=True)
class Row:
    """One row, ready to show. `others`: these are the words of somebody else than the person."""

    number: int
    cells: list[Cell]
    others: bool = False


@dataclass(frozen=True)
class Section:
    label: str
    title: str
    rows: list[Row]


HELD: dict[str, Held] = {}
NOT_GIVEN: dict[
    str, Any
] = {}  # model -> why, in a sentence for the person; or "" where it tells nothing of anybody


def give(label: str, path: str, title: Any, group: str = "timeline", **how: Any) -> None:
    """Register a model of which people get a copy."""
    HELD[label] = Held(path, title, group, **how)


def keep_back(label: str, why: Any = "") -> None:
    """Register a model that is not given out, and why."""
    NOT_GIVEN[label] = why


def sections(reader: Reader) -> list[Section]:
    """Everything that this reader may have, table by table; a fixed number of queries whatever the
    length of the case.
    """
    found = []
    for label, held in HELD.items():
        if not reader.roles & READS.get(held.group, access.READS.get(held.group, frozenset())):
            continue
        rows = (
            held.rows(reader)
            if held.rows
            else [_row(row, held, reader) for row in _rows(label, held, reader)]
        )
        if rows:
            found.append(Section(label, str(held.title), rows))
    return found


def left_out(reader: Reader) -> list[str]:
    """What is not in the copy and why: the same sentences whether there is such a thing or not."""
    if reader.helper:
        return [
            _(
                "This is what the person lets you see. The rest of what we hold is for the "
                "person alone."
            )
        ]
    return [
        *dict.fromkeys(str(why) for why in NOT_GIVEN.values() if why),
        _(
            "Notes and messages that colleagues wrote for each other. They can hold words "
            "about other people, or what "
            "keeps somebody safe. Ask us for them: somebody reads them first, and tells you "
            "what is left out and why."
        ),
        _(
            "What somebody else told us because they were worried about a person. Ask us: "
            "somebody reads it first, and tells "
            "you what they can."
        ),
        _(
            "The names of colleagues who opened your record. Ask for the names. Some of what "
            "was opened may be left out "
            "to keep people safe."
        ),
        _(
            "Keys, checksums and codes by which the service works. They say nothing about "
            "you, and could let somebody in."
        ),
    ]


def _rows(label: str, held: Held, reader: Reader) -> Iterable[Any]:
    model = apps.get_model(label)
    found = model._default_manager.filter(**{held.path or "pk": reader.case.pk})
    joined = [
        f.name
        for f in _columns(model, held)
        if f.is_relation and _target(f) not in set(HELD) - {USER}
    ]
    found = held.only(found, reader) if held.only else found
    return found.select_related(*joined, *_needed(held)).order_by("pk")


def _needed(held: Held) -> list[str]:
    """The tables that the words of a row are read from."""
    return sorted({need for how in held.words.values() for need in getattr(how, "needs", ())})


def needs(*names: str) -> Callable:
    """Say which related rows a function of `Held.words` reads."""

    def mark(how: Callable) -> Callable:
        how.needs = names  # type: ignore[attr-defined]
        return how

    return mark


def _columns(model: type[models.Model], held: Held) -> Iterator[models.Field]:
    """The columns that are shown: all but the key, the way to the case and its council, and what is
    left out.
    """
    way = held.path.split("__")[0]
    for column in model._meta.concrete_fields:
        if (
            not (column.primary_key and not column.is_relation)
            and column.name not in (way, "case", "council", *held.leave)
            and not _counts(column)
        ):
            yield column


def _counts(column: models.Field) -> bool:
    """Is it only the counter by which two people are kept from overwriting each other?"""
    return column.name == "version" and not column.is_relation


def _row(row: Any, held: Held, reader: Reader) -> Row:
    cells = []
    for column in _columns(type(row), held):
        how = held.words.get(column.name)
        words = how(row, reader) if how else column_words(row, column, reader)
        if words:
            label = LABELS.get(column.name) or capfirst(str(column.verbose_name))
            cells.append(Cell(column.name, str(label), words))
    return Row(row.pk, cells, held.others is not None and held.others(row))


def column_words(row: Any, column: models.Field, reader: Reader) -> str:
    """What a column holds, as people read it; "" where it holds nothing."""
    value = getattr(row, column.attname)
    if value in (None, "", [], {}):
        return ""
    if column.is_relation:
        return _related(row, column, value, reader)
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    coded = CODED.get(column.name, {})
    if column.name == "step":
        coded = {code: step.title for code, step in journey.STEPS.items()}
    return str(coded[value]) if isinstance(value, str) and value in coded else plain(value)


def _target(column: models.Field) -> str:
    """The label of the model that a column points to; "" where it points to none."""
    model = column.related_model
    return model._meta.label if model else ""


def _related(row: Any, column: models.Field, key: Any, reader: Reader) -> str:
    label = _target(column)
    if label in HELD and label != USER:
        return _("number %(n)s") % {"n": key}
    other = getattr(row, column.name)
    if label == USER:
        return reader.name(other)
    named = type(other).__str__ is not models.Model.__str__
    return str(other) if named else _("number %(n)s") % {"n": key}


def plain(value: Any) -> str:
    """A value without its machinery: dates in words, lists and tables as lines."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return f"{day(value)}, {value.astimezone(dates.LONDON):%H:%M}"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, dict):
        return "\n".join(
            f"{capfirst(str(k).replace('_', ' '))}: {plain(v)}"
            for k, v in value.items()
            if v not in (None, "")
        )
    if isinstance(value, list):
        return "\n".join(plain(one) for one in value)
    return "" if value is None else str(value)


def as_data(found: list[Section]) -> list[dict]:
    """The same for a computer: column names as they are in the service."""
    return [
        {
            "table": s.label,
            "title": s.title,
            "rows": [
                {"row": r.number, "words_of_somebody_else": r.others}
                | {c.name: c.words for c in r.cells}
                for r in s.rows
            ],
        }
        for s in found
    ]


def reaching(*targets: str) -> set[str]:
    """Every model from which a chain of foreign keys leads to one of these: what could hold
    something about a person.
    """
    found, before = set(targets), -1
    while len(found) != before:
        before = len(found)
        for model in apps.get_models():
            keys = [f for f in model._meta.concrete_fields if f.is_relation]
            if any(_target(f) in found for f in keys):
                found.add(model._meta.label)
    return found
