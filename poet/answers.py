"""The one place where results read responses: who said what, in the few broad groups that results are split by.

Not here: what may be shown of it (suppression), the releases (publishing). Nothing in `Given` names anybody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from cases.models import Clock

from . import questions
from .models import ProcessFacts, QuestionSet, Response

WITH_WORKER = "with_worker"  # of `Response.MODES`: never one figure with what was said in private
EASY, KNEW = "cond_process_easy", "cond_knew_amount"  # domains whose answers are conditions too


@dataclass(frozen=True)
class Given:
    """One response. `sides`: question -> good, middle or bad. `facts`: condition -> level, "" where not known.

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


def given(council) -> Iterator[Given]:
    """Every response of a council, in no order that tells anything."""
    sets = {row.pk: row for row in QuestionSet.objects.all()}
    facts = {row.pk: row for row in ProcessFacts.objects.filter(response__council=council)}
    rows = Response.objects.filter(council=council).order_by("pk")
    for row in rows.values_list("pk", "question_set", "answers", "route", "age_band", "month", "team", "mode"):
        pk, set_id, answers, route, age, month, team, mode = row
        known = facts.get(pk)
        yield Given(
            who=sets[set_id].instrument,
            sides={q: side for q, value in answers.items() if (side := questions.counted(value))},
            route=route, age=age, month=month,
            team=str(team or ""),
            facts=_facts(sets[set_id].definition, answers, known),
            wait_weeks=known.wait_weeks if known else None,
            apart=mode == WITH_WORKER,
        )  # fmt: skip


def _facts(definition: list[dict], answers: dict[str, str], known: ProcessFacts | None) -> dict[str, str]:
    """What the process was like: as the person says (easy, knew the amount), and as the record says with consent."""
    found = {"easy": "", "knew": "", "panel": ""}
    for spec in definition:
        name = {EASY: "easy", KNEW: "knew"}.get(spec["domain"])
        side = questions.counted(answers.get(spec["id"], ""))
        if name and side:
            found[name] = "yes" if side == "good" else "no"
    if known and known.panel is not None:
        found["panel"] = "yes" if known.panel else "no"
    return found


def keep_facts(*, response: Response, case: Any) -> ProcessFacts:
    """Copy what happened before an answer beside it. Call only where the respondent agreed to it."""
    waits = Clock.objects.filter(case=case, kind="first_start", ended_at__isnull=False).order_by("pk")
    days = waits.values_list("days", flat=True).first()
    return ProcessFacts.objects.create(
        response=response, panel=case.reached_panel,
        wait_weeks=None if days is None else max(days, 0) // 7,
    )  # fmt: skip


def specs() -> dict[tuple[str, str], dict]:
    """(who, question) -> the newest wording of each question ever asked, in the order of the instruments."""
    ordered = sorted(QuestionSet.objects.all(), key=lambda s: (s.instrument, s.code, s.version))
    newest: dict[tuple[str, str], dict] = {}
    for one in ordered:
        for spec in one.definition:
            newest.pop((one.instrument, spec["id"]), None)
            newest[one.instrument, spec["id"]] = spec
    return newest


def held(council) -> int:
    """How many responses there are: cheap, to know whether a release is worth trying."""
    return Response.objects.filter(council=council).count()
