"""The stage: all walks in order of time, with the sweep, the survey and its answers on the days
between.
"""

import gc
import hashlib
import heapq
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from budgets.models import BudgetFigure
from cases.common import dates
from cases.figures import histogram
from cases.models import Answer, Case, Message, Representation, Visit
from cases.models.case import REF_LETTERS, canonical, new_ref
from cases.reminders.sweep import sweep
from poet import actions as survey
from poet.demo import danger
from poet.demo.council import build, keep_accounts
from poet.demo.paying import pay
from poet.demo.people import Population
from poet.demo.walk import Walk, step
from poet.models import Invitation, Response
from poet.results.publishing import publish
from poet.survey import questions

MONTHS = 14
SAID = (
    "I can go to the allotment again on Thursdays.",
    "Nobody told me how long it would take.",
    "The same two people come now. That matters.",
    "I would like the money a week earlier.",
    "Too many forms, but the lady on the phone was kind.",
    "My daughter can work again.",
    "It was never clear what I may spend it on.",
    "I sleep better.",
)
# Cases whose story is fixed, so that each sign-in of the demonstration finds something to do.
FIXED = (
    # sign-in, what it is, days since the request, carer?, the story
    ("person.assessing", "A person telling us about their life", 9, False, {"stop": "assess"}),
    ("person.planning", "A person planning their support", 38, False, {"stop": "plan"}),
    (
        "person.offer",
        "A person with a proposal to answer",
        70,
        False,
        {"offered": True, "stop": "offer"},
    ),
    (
        "person.running",
        "A person whose direct payment is running",
        190,
        False,
        {"route": "direct_payment", "stop": "running"},
    ),
    ("carer", "A carer with a case of their own", 45, True, {"stop": "plan"}),
    # nobody's sign-in, but something to do for each member of staff
    ("", "", 1, False, {"stop": "request"}),
    ("", "", 4, False, {"stop": "request", "email": ""}),
    ("", "", 12, False, {"stop": "waiting", "waiting": True}),
    ("", "", 33, False, {"stop": "waiting", "waiting": True}),
    ("", "", 24, False, {"stop": "confirm"}),
    ("", "", 30, False, {"stop": "confirm"}),
    ("", "", 58, False, {"stop": "sign_off", "need": 0.8, "slow": 1.0}),
    ("", "", 75, False, {"stop": "sign_off", "need": 0.45, "slow": 1.0}),
    ("", "", 80, False, {"stop": "panel", "panel": True}),
    ("", "", 66, False, {"stop": "set_up", "route": "direct_payment"}),
    ("", "", 72, False, {"stop": "set_up", "route": "council_managed"}),
    ("", "", 160, False, {"stop": "review", "reviewed": True}),
    (
        "",
        "",
        200,
        False,
        {"route": "direct_payment", "suspended": True, "resumed": False, "reviewed": False},
    ),
    (
        "",
        "",
        260,
        False,
        {"route": "direct_payment", "suspended": True, "resumed": True, "make_good": True},
    ),
    ("", "", 150, False, {"route": "direct_payment", "stop": "running", "verified": False}),
)
SMOOTH = {
    "advice": False,
    "withdraw": False,
    "death": False,
    "not_eligible": False,
    "arrange_own": False,
    "ends": False,
    "panel": False,
    "sent_back": False,
    "returned": False,
    "waiting": False,
    "offered": False,
    "lead": True,
    "stuck": False,
    "advocate": False,
    "challenges": False,
    "suspended": False,
    "verified": True,
    "pace": 0.6,
}


def play(*, cases: int, seed: int, until: date, say=lambda text: None) -> dict:
    """Build both councils and walk `cases` cases up to `until`; returns counts and the digest of
    what came out.
    """
    rng = Random(seed)
    built, accounts = build(until, passwords=True)
    walks = _draw(rng, built, cases, until, accounts)
    end = min(dates.london_midnight(until + timedelta(days=1)), timezone.now())
    with _collecting_seldom():
        _run(rng, walks, built, end, say)
    with transaction.atomic():
        danger.add_reports(built, end)
        Message.objects.filter(state="waiting", made_at__lt=end - timedelta(days=1)).exclude(
            channel="letter"
        ).update(state="sent", channel="demo", sent_at=end, token="")
        Message.objects.filter(
            state="waiting", channel="letter", made_at__lt=end - timedelta(days=5)
        ).update(state="printed", sent_at=end, token="")
    histogram.drain_all(now=end)
    publish(now=end)
    accounts += _helper(built)
    keep_accounts(accounts)
    return {
        "cases": Case.objects.count(),
        "open": Case.objects.exclude(step="closed").count(),
        "answers": Response.objects.count(),
        "digest": digest(),
    }


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """A walk makes and drops rows by the thousand, hardly any in circles: looking for those took a
    sixth of the time.
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(50_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def _draw(rng, built, cases, until, accounts) -> list:
    population, refs, found = Population(rng), set(), []

    def ref():
        while True:
            made = new_ref(lambda _letters: rng.choice(REF_LETTERS))
            if made not in refs:
                refs.add(made)
                return made

    def start(days_ago):
        day = dates.london_midnight(until - timedelta(days=days_ago))
        return day + timedelta(hours=rng.randrange(8, 20), minutes=rng.randrange(60))

    for name, what, days_ago, carer, story in FIXED[: max(cases, 0)]:
        email = f"{name}@{built[0].council.slug}.example"
        mine = SMOOTH | ({"email": email} if name else {}) | story
        walk = Walk(rng, built[0], population, start(days_ago), ref=ref(), carer=carer, fixed=mine)
        found.append(walk)
        if not name:
            continue
        accounts.append(
            {
                "council": built[0].council.name,
                "role": "carer" if carer else "person",
                "name": walk.person.name,
                "sign_in": email,
                "password": None,
                "what": what,
            }
        )
    for _n in range(max(cases - len(FIXED), 0)):
        where = built[0] if rng.random() < 0.75 else built[1]
        days_ago = int(rng.triangular(1, MONTHS * 30, 25))
        found.append(
            Walk(rng, where, population, start(days_ago), ref=ref(), carer=rng.random() < 0.2)
        )
    return found


def _run(rng, walks, built, end, say) -> None:
    """Resume the earliest walk again and again; between two days run the jobs as they would have
    run.
    """
    heap = [(walk.start, n, walk.run(), walk) for n, walk in enumerate(walks)]
    for entry in heap:
        step(entry[2])
    heapq.heapify(heap)
    day, done, total = None, 0, len(heap)
    while heap:
        at, n, running, walk = heapq.heappop(heap)
        if at >= end or _stopped(walk):
            continue
        if day != dates.london_date(at):
            before, day = day, dates.london_date(at)
            _night(rng, dates.london_midnight(day))
            if before and before.isocalendar()[:2] != day.isocalendar()[:2]:
                pay(built, dates.london_midnight(day), dates.london_date(end))
        with transaction.atomic():
            following = step(running)
        if following is None:
            done += 1
            if done % 50 == 0:
                say(f"  {done} of {total} journeys at their end, on {day:%-d %B %Y}")
        else:
            heapq.heappush(heap, (following, n, running, walk))
    _night(rng, end)


def _stopped(walk) -> bool:
    """A fixed story waits at its step, so that there is something to do on the first day of the
    demonstration.
    """
    stop = walk.fixed.get("stop")
    return bool(stop and getattr(walk, "case", None) and walk.case.step == stop)


def _night(rng, now) -> None:
    """The jobs of a night, and the survey answers of those who answer within days."""
    sweep(now=now)
    survey.invite(now=now)
    due = Invitation.objects.filter(
        answered=False,
        stopped_at=None,
        made_at__lte=now - timedelta(days=3),
        made_at__gt=now - timedelta(days=30),
    )
    for invitation in due.select_related("case", "question_set").order_by("case__ref", "kind"):
        if rng.random() < 0.04:
            happy = 0.75 if invitation.case.route == "direct_payment" else 0.6
            survey.answer(
                invitation,
                _answers(rng, invitation, happy),
                at=now,
                compare=rng.random() < 0.6,
                contact=rng.random() < 0.02,
                **_how(rng),
            )


def _answers(rng, invitation, happy) -> dict:
    """Answers on each question's own scale, more often good than not: the short form, or all of it,
    now and then words.
    """
    found: dict[str, str] = {}
    specs = questions.numbered_questions(invitation.question_set, invitation.near_review)
    for spec in specs if rng.random() < 0.3 else specs[: questions.short_form(specs)]:
        if questions.is_text(spec):
            found |= {spec["id"]: rng.choice(SAID)} if rng.random() < 0.35 else {}
            continue
        scale = list(questions.SCALES[spec["scale"]])
        weights = [happy * 4, happy * 5, *[2 - happy] * (len(scale) - 2)]
        found[spec["id"]] = rng.choices(scale, weights[: len(scale)])[0]
    return found


def _how(rng) -> dict:
    """Most answer alone, some with help, a few on paper or with a worker."""
    way = rng.random()
    if way < 0.7:
        return {}
    if way < 0.85:
        return {
            "helper": rng.choice(("wrote", "for_me")),
            "helped_by": rng.choice(("family", "family", "advocate", "paid")),
        }
    return {"mode": "paper" if way < 0.93 else "with_worker"}


def _helper(built) -> list[dict]:
    """A sister who helps the person planning, her authority checked: her own sign-in."""
    from cases.models import User  # noqa: PLC0415  only here

    rep = (
        Representation.objects.filter(user__email__startswith="person.planning@")
        .select_related("person")
        .first()
    )
    if rep is None:
        return []
    helper = User.objects.create_user(f"helper@{built[0].council.slug}.example", name="Bridie Vale")
    Representation.objects.create(
        user=helper,
        person=rep.person,
        kind="family",
        scope=["see", "fill", "send"],
        valid_from=rep.valid_from,
        checked_at=timezone.now(),
        checked_by=built[0].duty,
        evidence="Consent in writing",
    )
    return [
        {
            "council": built[0].council.name,
            "role": "helper",
            "name": helper.name,
            "sign_in": helper.email,
            "password": None,
            "what": f"A sister who helps {rep.person.name} to plan",
        }
    ]


def digest() -> str:
    """SHA-256 over references, visits, figures and answers: equal for the same seed and last
    day.
    """
    total = hashlib.sha256()
    for rows in (
        Case.objects.order_by("ref").values_list("ref", "kind", "step", "turn", "asked_at"),
        Visit.objects.order_by("case__ref", "seq").values_list(
            "case__ref", "step", "entered_at", "left_at", "days"
        ),
        BudgetFigure.objects.order_by("case__ref", "pk").values_list(
            "case__ref", "kind", "annual", "weekly"
        ),
        Answer.objects.order_by(
            "assessment__case__ref", "assessment__number", "question", "voice"
        ).values_list("assessment__case__ref", "question", "voice", "value"),
        Response.objects.order_by("pk").values_list("month", "route", "answers"),
    ):
        for row in rows.iterator(chunk_size=2000):
            total.update(canonical(list(row)).encode())
    return total.hexdigest()
