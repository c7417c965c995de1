"""Responses by the hundred, and releases of them, for the tests of results."""

from datetime import datetime, timedelta

from cases.common import dates
from poet.models import ProcessFacts, Response
from poet.results import publishing
from poet.survey import questions

VALUES = {"good": "better", "middle": "same", "bad": "worse"}
EASE = {"good": "easy", "middle": "between", "bad": "hard"}


def now() -> datetime:
    return dates.london_midnight(dates.today()) + timedelta(hours=1)


def reply(
    council,
    side,
    *,
    who="person",
    route="direct_payment",
    age="18-64",
    month=None,
    easy="",
    knew="",
    answers=None,
):
    """One response, not yet saved: the same side of every question about life."""
    one = questions.current_sets()[who]
    given = {spec["id"]: VALUES[side] for spec in one.definition if spec["block"] == "outcomes"}
    given |= {"easy": EASE[easy]} if easy else {}
    given |= {"knew": knew} if knew else {}
    return Response(
        council=council,
        question_set=one,
        route=route,
        age_band=age,
        answers=answers or given,
        month=month or dates.today().replace(day=1),
    )


def many(council, n, side="good", *, facts=None, **group) -> None:
    """n responses alike; `facts` (team, wait_weeks, panel) are kept with them, as with consent."""
    facts = dict(facts or {})
    team = facts.pop("team", None)
    made = [reply(council, side, **group) for _n in range(n)]
    for one in made:
        one.team = team
    made = Response.objects.bulk_create(made)
    if facts:
        ProcessFacts.objects.bulk_create(ProcessFacts(response=one, **facts) for one in made)


def release(council, days: int = 0):
    """Publish as if it were some days from now."""
    return publishing.release(council=council, at=now() + timedelta(days=days))
