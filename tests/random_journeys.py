"""Random ways of a case through its first steps, with pauses, turns handed on and dates corrected.

Used by the tests of the figures and, for thousands of cases at once, by bench/ways.py.
"""

from datetime import datetime, timedelta

from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case

CLOCK_CHANGES = (
    datetime(2026, 3, 27, 22, 30, tzinfo=dates.LONDON),
    datetime(2025, 10, 24, 23, 30, tzinfo=dates.LONDON),
)
LEAP_DAY = datetime(2024, 2, 27, 23, 50, tzinfo=dates.LONDON)


def begun(cast, at: datetime) -> Case:
    """A new case by telephone."""
    return Case.open(
        council=cast.council,
        person=cast.new_person(),
        kind="adult",
        by=cast.duty,
        role="worker",
        channel="phone",
        team=cast.intake,
        at=at,
    )


def one_move(rng, cast, case, at):
    day = dates.london_date(at)
    triage = {
        "urgency": "routine",
        "safeguarding": "no",
        "capacity": "yes",
        "advocate": "no",
        "next_contact": day + timedelta(days=7),
        "worker": cast.worker.pk,
        "team": cast.team.pk,
    }
    choices = {
        "request": [
            ("triage", triage | {"to": "waiting"}),
            ("triage", triage | {"to": "assess", "mode": "own"}),
        ],
        "waiting": [
            (
                "start_assessment",
                {"to": "assess", "mode": "own", "wish": "wants_own", "capacity": "yes"},
            )
        ],
        "assess": [("withdraw", {"reason": "Enough", "on_behalf_of": case.person})],
        "closed": [("reopen", {"to": "request", "reason": "Again"})],
    }[case.step]
    if case.step != "closed":
        choices = choices + [
            (
                "pause",
                {
                    "code": "hospital",
                    "next_chase": day + timedelta(days=rng.randrange(1, 5)),
                    "reason": "Ward",
                },
            ),
            ("resume", {}),
            (
                "hand_turn",
                {
                    "turn": rng.choice(("person", "worker", "provider", "manager")),
                    "reason": "Yours",
                },
            ),
            (
                "correct_date",
                {"new_date": day - timedelta(days=rng.randrange(0, 4)), "reason": "Late entry"},
            ),
        ]
    name, facts = rng.choice(choices)
    by = cast.manager if name in ("correct_date", "hand_turn", "start_assessment") else cast.worker
    if case.step == "request" and name != "correct_date":
        by = cast.duty
    try:
        case.move(name, by=by, at=at, **facts)
    except NotYet:
        pass  # the rules refuse some of them: then nothing changed
