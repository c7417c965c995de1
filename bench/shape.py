"""What the made-up cases look like: their ways, days, teams, money and answers. Pure but for the
staff's rows.

`cases` appends rows to lists, a table each; the columns it fills are in TABLES.
"""

import json
import math
from collections.abc import Iterator
from datetime import UTC, date, timedelta
from random import Random
from statistics import NormalDist

from budgets.models import BudgetFigure
from cases import journey
from cases.common import dates
from cases.models import Case, Clock, Council, Event, Person, Seat, Team, Turn, User, Visit
from cases.models.case import REF_LETTERS
from cases.models.timing import SIDES
from poet.models import Invitation, Response
from poet.survey.questions import SCALES, current_sets, numbered_questions, short_form

SEED = 20260101
DAYS = 760  # 25 months
TEAMS, WORKERS = 40, 400
DRAWS = 4096  # days are drawn from this many quantiles of each distribution
# step: (median days, sigma, [(share, next step)])
WAYS = {
    "request": (3, 0.9, [(0.06, "closed"), (0.54, "waiting"), (0.40, "assess")]),
    "waiting": (14, 1.1, [(0.02, "closed"), (0.98, "assess")]),
    "assess": (18, 0.9, [(0.03, "closed"), (0.97, "confirm")]),
    "confirm": (9, 0.8, [(0.08, "assess"), (0.10, "closed"), (0.82, "budget")]),
    "budget": (3, 0.7, [(0.02, "closed"), (0.98, "plan")]),
    "plan": (28, 0.8, [(0.04, "closed"), (0.96, "sign_off")]),
    "sign_off": (6, 0.9, [(0.12, "plan"), (0.12, "panel"), (0.04, "offer"), (0.72, "set_up")]),
    "panel": (12, 0.7, [(0.25, "plan"), (0.15, "offer"), (0.60, "set_up")]),
    "offer": (10, 0.8, [(0.25, "plan"), (0.75, "set_up")]),
    "set_up": (10, 0.8, [(1.0, "running")]),
    "running": (300, 0.7, [(0.25, "closed"), (0.75, "review")]),
    "review": (21, 0.8, [(0.15, "closed"), (0.85, "running")]),
}
ROUTES = (
    ["direct_payment"] * 40 + ["council_managed"] * 35 + ["provider_held"] * 15 + ["mixed"] * 10
)
NEEDS = (
    ["physical"] * 45
    + ["memory"] * 15
    + ["learning"] * 14
    + ["mental_health"] * 12
    + ["sensory"] * 14
)
AGES = ["18-64"] * 40 + ["65-84"] * 33 + ["85+"] * 25 + [""] * 2
SURNAMES = (
    "Ash Bell Dhillon Farrow Hughes Iqbal Jarvis Kerr Lyle Munro Noor Okoro Price Rees Shah Tate"
).split()
TABLES = {
    "person": (Person, ["id", "council_id", "name", "name_search"]),
    "case": (
        Case,
        [
            "id",
            "council_id",
            "person_id",
            "ref",
            "step",
            "step_since",
            "visit_seq",
            "turn",
            "turn_since",
            "turn_team_id",
            "turn_user_id",
            "due_at",
            "asked_at",
            "seen_steps",
            "team_id",
            "worker_id",
            "mode",
            "urgency",
            "route",
            "need_group",
            "age_band",
            "reached_panel",
            "reached_set_up",
            "head_seq",
            "head_hash",
            "head_at",
        ],
    ),
    "visit": (
        Visit,
        [
            "id",
            "council_id",
            "case_id",
            "seq",
            "step",
            "entered_at",
            "due_at",
            "left_at",
            "days",
            "month",
            "paused_days",
            "loop",
            "team_id",
            "route",
            "need_group",
            "age_band",
            "person_days",
            "council_days",
            "panel_days",
            "other_days",
        ],
    ),
    "event": (
        Event,
        [
            "id",
            "council_id",
            "case_id",
            "seq",
            "verb",
            "role",
            "at",
            "recorded_at",
            "codes",
            "hash",
        ],
    ),
    "turn": (Turn, ["visit_id", "role", "team_id", "user_id", "began_at", "event_id"]),
    "clock": (
        Clock,
        [
            "council_id",
            "case_id",
            "kind",
            "began_at",
            "due_at",
            "ended_at",
            "dropped_at",
            "days",
            "month",
            "team_id",
            "route",
            "need_group",
            "age_band",
        ],
    ),
    "figure": (
        BudgetFigure,
        [
            "case_id",
            "kind",
            "annual",
            "one_off",
            "effective_from",
            "recorded_at",
            "first_total",
            "share",
        ],
    ),
    "invitation": (Invitation, ["case_id", "visit_id", "question_set_id", "made_at", "answered"]),
    "response": (
        Response,
        ["council_id", "question_set_id", "answers", "route", "need_group", "age_band", "month"],
    ),
}


class Calendar:
    """Ready strings of every day. Moments lie in office hours, so that the UTC date is the London
    date.
    """

    def __init__(self, last: date) -> None:
        days = [last - timedelta(days=DAYS - 1 - n) for n in range(DAYS + 200)]
        self.day = [d.isoformat() for d in days]
        self.month = [d.replace(day=1).isoformat() for d in days]
        starts = [dates.london_midnight(d).astimezone(UTC) for d in days]
        self.midnight = [f"{at:%Y-%m-%d %H:%M:%S}" for at in starts]
        noons = [dates.london_midnight(d).replace(hour=12).utcoffset() for d in days]
        self.offset = [int(offset.total_seconds()) for offset in noons]

    def moment(self, day: int, second: int) -> str:
        second -= self.offset[day]
        return f"{self.day[day]} {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


class Staff:
    """Ids of the council, its teams and the workers of each."""

    def __init__(self, council, teams, workers) -> None:
        self.council, self.teams, self.workers = council, teams, workers


def staff(today: date) -> Staff:
    """One council with its teams, a worker's and a manager's seats, and the question sets of the
    survey.
    """
    since = today - timedelta(days=900)
    council = Council.objects.create(
        slug="brackenshire", name="Brackenshire Council", invented=True
    )
    Team.objects.create(council=council, name="First contact", intake=True)
    teams = [
        Team.objects.create(council=council, name=f"Team {n:02}", email=f"team{n}@example.org")
        for n in range(TEAMS)
    ]
    users = [
        User(email=f"worker{n}@example.org", name=f"Worker {n}", password="!")
        for n in range(WORKERS)
    ]
    users = User.objects.bulk_create(users)
    top = User.objects.create_user("manager@example.org", name="Manager of all")
    one = User.objects.create_user("team-manager@example.org", name="Manager of one")
    seats = [
        Seat(user=u, council=council, team=teams[n % TEAMS], role="worker", valid_from=since)
        for n, u in enumerate(users)
    ]
    seats += [
        Seat(user=top, council=council, role="manager", valid_from=since),
        Seat(user=one, council=council, team=teams[0], role="manager", valid_from=since),
    ]
    Seat.objects.bulk_create(seats)
    by_team = [[u.pk for n, u in enumerate(users) if n % TEAMS == t] for t in range(TEAMS)]
    return Staff(council.pk, [t.pk for t in teams], by_team)


def draws() -> dict[str, list[float]]:
    """Days of each step at evenly spaced quantiles of its log-normal distribution."""
    normal = [NormalDist().inv_cdf((n + 0.5) / DRAWS) for n in range(DRAWS)]
    return {
        step: [median * math.exp(sigma * z) for z in normal]
        for step, (median, sigma, _next) in WAYS.items()
    }


def answers(rng: Random) -> list[str]:
    """A thousand ways of answering the survey, good ones oftener."""
    specs = numbered_questions(current_sets()["person"])
    short = [spec for spec in specs[: short_form(specs)] if spec["scale"] in SCALES]
    choice = {spec["id"]: [*SCALES[spec["scale"]], "na"] for spec in short}
    weights = {6: (30, 30, 20, 9, 5, 6), 4: (55, 25, 15, 5)}
    return [
        json.dumps({one: rng.choices(of, weights[len(of)])[0] for one, of in choice.items()})
        for _ in range(1000)
    ]


def reference(number: int) -> str:
    """A reference of six letters and digits, each number's own."""
    base = len(REF_LETTERS)
    number, found = number * 1_000_003 % base**6, ""
    for _ in range(6):
        number, place = divmod(number, base)
        found += REF_LETTERS[place]
    return found


class Way:
    """One case on its way through the steps, until it closes or the data ends."""

    def __init__(self, made, number: int) -> None:
        rng = made.rng
        self.made, self.id, self.rows = made, number, made.rows
        self.place = int(rng.random() * TEAMS)
        self.team = made.staff.teams[self.place]
        workers = made.staff.workers[self.place]
        self.worker = workers[int(rng.random() * len(workers))]
        self.need, self.age = NEEDS[int(rng.random() * 100)], AGES[int(rng.random() * 100)]
        self.chosen, self.route = ROUTES[int(rng.random() * 100)], ""
        self.day, self.second = int(rng.random() * DAYS), 32400 + int(rng.random() * 20000)
        self.asked = (self.day, self.second)
        self.seq, self.seen, self.started, self.step, self.turn = 0, [], None, "request", None

    def walk(self) -> None:
        made, rng = self.made, self.made.rng
        while self.step != "closed":
            took = int(made.draws[self.step][int(rng.random() * DRAWS)] * made.factor[self.place])
            left = self.day + took
            self.visit(took if left < DAYS else None)
            if left >= DAYS:
                break
            self.day, self.second = (
                left,
                self.second + 60 if not took else 32400 + int(rng.random() * 20000),
            )
            following = self.onward(rng.random())
            self.leave(following)
            self.step = following
        self.finish()

    def onward(self, point: float) -> str:
        """The next step, for a random number between 0 and 1."""
        *first, (_rest, last) = WAYS[self.step][2]
        for share, following in first:
            if point < share:
                return following
            point -= share
        return last

    def visit(self, took: int | None) -> None:
        made, calendar = self.made, self.made.calendar
        self.seq += 1
        step, made.visits = self.step, made.visits + 1
        loop = step in self.seen
        if not loop:
            self.seen.append(step)
        target, self.turn = made.targets[step], made.turns[step]
        self.entered = calendar.moment(self.day, self.second)
        due_day = None if target is None else self.day + target + 1
        self.due = None if due_day is None else calendar.midnight[due_day]
        left, month, paused, sides = self.time_of(took)
        self.rows["visit"].append(
            (
                made.visits,
                made.staff.council,
                self.id,
                self.seq,
                step,
                self.entered,
                self.due,
                left,
                took,
                month,
                paused,
                int(loop),
                self.team,
                self.route,
                self.need,
                self.age,
                *sides,
            )
        )
        if step == "running" and self.started is None:
            self.start()

    def time_of(self, took: int | None) -> tuple:
        """When a visit of so many days ends, in which month, its paused days and its days by whose
        turn it is; of one that has not ended, nothing yet.
        """
        made, rng, calendar = self.made, self.made.rng, self.made.calendar
        left = month = None
        paused, sides = 0, [0, 0, 0, 0]
        if took is not None:
            later = self.second + 60 if not took else 32400 + 20000
            left, month = calendar.moment(self.day + took, later), calendar.month[self.day + took]
            if took > 5 and rng.random() < 0.1:
                paused = int(took * rng.random() / 2)
            side = made.sides[self.step]
            sides[side] = took
            if took > 3 and rng.random() < 0.25:
                other = int(took * rng.random() / 2)
                sides[side] -= other
                sides[1] += other
        return left, month, paused, sides

    def leave(self, following: str) -> None:
        """Money and the way of taking it, where a step is left for another."""
        if self.step == "budget" and following == "plan":
            self.annual = 2000 + int(self.made.rng.random() * 20000)
            self.figure("indicative", self.annual)
        elif following == "sign_off":
            self.route = self.chosen
        elif following == "set_up":
            self.figure("decided", int(self.annual * (0.8 + 0.5 * self.made.rng.random())))

    def figure(self, kind: str, annual: int) -> None:
        calendar = self.made.calendar
        at = calendar.moment(self.day, self.second)
        first = None if kind == "indicative" else self.annual
        share = None if first is None else round((annual - first) / first, 12)
        self.rows["figure"].append(
            (self.id, kind, annual, 0, calendar.day[self.day], at, first, share)
        )

    def start(self) -> None:
        """The first day of the budget: an invitation six weeks later, and of some an answer."""
        made, rng = self.made, self.made.rng
        self.started = (self.day, self.entered)
        asked = self.day + 42
        if asked >= DAYS - 1:
            return
        answered = rng.random() < 0.45
        at = made.calendar.moment(asked, 36000)
        self.rows["invitation"].append((self.id, made.visits, made.questions, at, int(answered)))
        if answered:
            self.rows["response"].append(
                (
                    made.staff.council,
                    made.questions,
                    made.answers[int(rng.random() * 1000)],
                    self.route,
                    self.need,
                    self.age,
                    made.calendar.month[asked],
                )
            )

    def finish(self) -> None:
        """The case's own row and clock; what an open one needs to be moved on."""
        made, calendar, council = self.made, self.made.calendar, self.made.staff.council
        closed = self.step == "closed"
        here = calendar.moment(self.day, self.second) if closed else self.entered
        self.clock(here if closed else None)
        turn = "nobody" if closed else self.turn
        team = self.team if turn in ("worker", "manager") else None
        user = self.worker if turn == "worker" else None
        self.rows["case"].append(self.columns(here, turn, team, user))
        name = f"Person {self.id} {SURNAMES[self.id % 16]}"
        self.rows["person"].append((self.id, council, name, name.casefold()))
        if not closed:
            asked = ("ask_for_support", "worker", here, here, "{}", made.hash)
            self.rows["event"].append((self.id, council, self.id, 1, *asked))
            self.rows["turn"].append((made.visits, turn, team, user, here, self.id))

    def columns(self, here: str, turn: str, team: int | None, user: int | None) -> tuple:
        """The case's own row, in the order of its columns."""
        made, closed = self.made, self.step == "closed"
        head = (0, "", None) if closed else (1, made.hash, here)
        return (
            self.id,
            made.staff.council,
            self.id,
            reference(self.id),
            self.step,
            here,
            self.seq,
            turn,
            here,
            team,
            user,
            None if closed else self.due,
            made.calendar.moment(*self.asked),
            " ".join(self.seen),
            self.team,
            self.worker,
            "own",
            "routine",
            self.route,
            self.need,
            self.age,
            int("panel" in self.seen),
            int("set_up" in self.seen),
            *head,
        )

    def clock(self, closed_at: str | None) -> None:
        """From asking to the first money: ended, dropped by closing before, or running still."""
        made, calendar, (asked, second) = self.made, self.made.calendar, self.asked
        ended, days, month, dropped = None, None, None, closed_at
        if self.started:
            day, ended = self.started
            days, month, dropped = day - asked, calendar.month[day], None
        due = calendar.midnight[asked + made.whole + 1]
        self.rows["clock"].append(
            (
                made.staff.council,
                self.id,
                "first_start",
                calendar.moment(asked, second),
                due,
                ended,
                dropped,
                days,
                month,
                self.team,
                self.route,
                self.need,
                self.age,
            )
        )


class Made:
    """What all ways share."""

    def __init__(self, last: date, people: Staff, rows: dict[str, list]) -> None:
        self.rng, self.calendar, self.staff, self.rows = Random(SEED), Calendar(last), people, rows
        self.draws, self.answers, self.visits, self.hash = draws(), answers(self.rng), 0, "0" * 64
        self.factor = [self.rng.lognormvariate(0, 0.25) for _ in range(TEAMS)]
        self.targets = {code: step.target for code, step in journey.STEPS.items()}
        self.turns = {code: step.turn for code, step in journey.STEPS.items()}
        place = {"person": 0, "council": 1, "panel": 2, "other": 3}
        self.sides = {code: place[SIDES[step.turn]] for code, step in journey.STEPS.items()}
        self.whole = journey.CLOCKS["first_start"].target
        self.questions = current_sets()["person"].pk


def cases(number: int, last: date, people: Staff, rows: dict[str, list]) -> Iterator[int]:
    """The rows of cases 1 to `number`, into `rows`; yields each case's number once its rows are
    there.
    """
    made = Made(last, people, rows)
    for one in range(1, number + 1):
        Way(made, one).walk()
        yield one
