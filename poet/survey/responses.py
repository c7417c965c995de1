"""The one place where results read responses: who said what, in the few broad groups that results
are split by.

Not here: what may be shown of it (suppression), the releases (publishing). Nothing in `Given` names
anybody.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from cases.models import Case, Clock
from poet.models import ProcessFacts, QuestionSet, Response
from poet.survey import questions

WITH_WORKER = "with_worker"  # of `Response.MODES`: never one figure with what was said in private
EASY, KNEW = "cond_process_easy", "cond_knew_amount"  # domains whose answers are conditions too


@dataclass(frozen=True)
class Given:
    """One response. `sides`: question -> good, middle or bad. `facts`: condition -> level, "" where
    not known.

    `apart`: answered with a worker, and so reported by itself.
    """

    who: str
    sides: dict[str, str]
    route: str
    age: str
    month: date
    team: str
    facts: dict[str, str]
    wait_weeks: int | None
    apart: bool = False


def all_responses(council) -> Iterator[Given]:
    """Every response of a council, in no order that tells anything."""
    sets = {row.pk: PublishedSet(row) for row in sets_of(council)}
    facts = {row.pk: row for row in ProcessFacts.objects.filter(response__council=council)}
    rows = Response.objects.filter(council=council).order_by("pk")
    for row in rows.values_list(
        "pk", "question_set", "answers", "route", "age_band", "month", "team", "mode"
    ):
        pk, set_id, answers, route, age, month, team, mode = row
        known = facts.get(pk)
        yield Given(
            who=sets[set_id].instrument,
            sides=sets[set_id].sides(answers),
            route=route,
            age=age,
            month=month,
            team=str(team or ""),
            facts=_facts(sets[set_id], answers, known),
            wait_weeks=known.wait_weeks if known else None,
            apart=mode == WITH_WORKER,
        )


class PublishedSet:
    """A published set as its own answers are read: by its questions, and by no other set's of the
    same id.
    """

    def __init__(self, row: QuestionSet) -> None:
        self.instrument, self.specs = row.instrument, {spec["id"]: spec for spec in row.definition}

    def sides(self, answers: dict[str, str]) -> dict[str, str]:
        """question -> good, middle or bad; what is no answer to a question of this set is left
        out.
        """
        found = {
            ident: questions.side(self.specs.get(ident), value) for ident, value in answers.items()
        }
        return {ident: side for ident, side in found.items() if side}


def sets_of(council) -> QuerySet[QuestionSet]:
    """The sets, and the versions of them, that this council's answers were given to: no other set
    says what one means.
    """
    held_here = Response.objects.filter(council=council).order_by().values("question_set")
    return QuestionSet.objects.filter(pk__in=held_here)


def _facts(
    published: PublishedSet, answers: dict[str, str], known: ProcessFacts | None
) -> dict[str, str]:
    """What the process was like: as the person says (easy, knew the amount), and as the record says
    with consent.
    """
    found = {"easy": "", "knew": "", "panel": ""}
    sides = published.sides(answers)
    for ident, side in sides.items():
        name = {EASY: "easy", KNEW: "knew"}.get(published.specs[ident]["domain"])
        if name:
            found[name] = "yes" if side == "good" else "no"
    if known and known.panel is not None:
        found["panel"] = "yes" if known.panel else "no"
    return found


def keep_facts(*, response: Response, case: Case) -> ProcessFacts:
    """Copy what happened before an answer beside it. Call only where the respondent agreed to
    it.
    """
    waits = Clock.objects.filter(case=case, kind="first_start", ended_at__isnull=False).order_by(
        "pk"
    )
    days = waits.values_list("days", flat=True).first()
    return ProcessFacts.objects.create(
        response=response,
        panel=case.reached_panel,
        wait_weeks=None if days is None else max(days, 0) // 7,
    )


def specs(sets: Iterable[QuestionSet]) -> dict[tuple[str, str], dict]:
    """(who, question) -> the newest wording of each question of one council's sets, in the order of
    the instruments. Inside one council an id means one thing (`actions.publish_question_set`).
    """
    ordered = sorted(sets, key=lambda s: (s.instrument, s.published_at, s.pk))
    newest: dict[tuple[str, str], dict] = {}
    for one in ordered:
        for spec in one.definition:
            newest.pop((one.instrument, spec["id"]), None)
            newest[one.instrument, spec["id"]] = spec
    return newest


def response_count(council) -> int:
    """How many responses there are: cheap, to know whether a release is worth trying."""
    return Response.objects.filter(council=council).count()
