"""The standing cast of the tests and the walk of a case to any step by real moves.

Two councils, each blind to the other. `outsider` is a resident with nothing to do with anybody's
case; `stranger` is a worker of the other council. `releaser` is a second finance officer, who
verifies and releases what `finance` has named and made.
"""

import copy
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone

from cases import actions, journey
from cases.assessment import answering
from cases.models import Case, Council, Person, Representation, Seat, Team, User
from tests import kept_walks

SINCE = date(2024, 1, 1)
OUTCOMES = ("nutrition", "hygiene", "home_safely")


def urgent(case, by):
    """Support for a time: four weeks from today, at £16.27 a week."""
    from budgets import actions as money

    today = timezone.localdate()
    line = {
        "what": "A carer",
        "who": "agency",
        "quantity": Decimal(1),
        "unit": "week",
        "rate": Decimal("16.27"),
        "route": "council_managed",
    }
    return money.propose_extra_support(
        case=case,
        by=by,
        why="Her sister fell ill",
        begins_on=today,
        ends_on=today + timedelta(days=27),
        lines=[line],
    )


def instead(what: str, since: date | None = None) -> dict[str, Any]:
    """Support in place of what stops: somebody gives it, from today if nothing else is said."""
    return {
        "instead_who": "The home care team",
        "alternative": what,
        "instead_from": since or timezone.localdate(),
    }


@dataclass
class Cast:
    council: Council
    other: Council
    team: Team
    intake: Team
    person: User
    delegate: User
    worker: User
    colleague: User
    duty: User
    manager: User
    service_manager: User
    panel: User
    finance: User
    releaser: User
    admin: User
    auditor: User
    stranger: User
    outsider: User

    @classmethod
    def make(cls) -> "Cast":
        from budgets.actions.shipped_schemes import load_defaults

        council = Council.objects.create(
            slug="brackenshire",
            name="Brackenshire Council",
            invented=True,
            help_phone="01632 960100",
            help_address="1 Moor Lane, Bracken",
        )
        other = Council.objects.create(
            slug="port-merrow", name="Port Merrow Council", invented=True
        )
        intake = Team.objects.create(council=council, name="First contact", intake=True)
        team = Team.objects.create(council=council, name="North team")
        Team.objects.create(council=other, name="First contact", intake=True)
        load_defaults(council, "table")
        load_defaults(other, "reckoner")

        def user(name, role=None, where=None, team=None, **fields):
            new = User.objects.create_user(
                f"{name}@example.org", name=name.replace("_", " ").title(), **fields
            )
            if role:
                Seat.objects.create(
                    user=new, council=where or council, team=team, role=role, valid_from=SINCE
                )
            return new

        return cls(
            council,
            other,
            team,
            intake,
            person=user("person"),
            delegate=user("delegate"),
            worker=user("worker", "worker", team=team),
            colleague=user("colleague", "worker", team=team),
            duty=user("duty", "worker", team=intake),
            manager=user("manager", "manager", team=team),
            service_manager=user("service_manager", "service_manager"),
            panel=user("panel", "panel"),
            finance=user("finance", "finance"),
            releaser=user("releaser", "finance"),
            admin=user("admin", "admin", is_staff=True),
            auditor=user("auditor", "auditor"),
            stranger=user("stranger", "worker", where=other),
            outsider=user("outsider"),
        )

    def new_person(self, name="Ada Wren", **fields) -> Person:
        return Person.objects.create(
            council=self.council,
            name=name,
            email="person@example.org",
            contact_by="email",
            **fields,
        )

    def a_case(
        self,
        at="request",
        *,
        kind="adult",
        weekly=Decimal("80"),
        days_ago=30,
        route="direct_payment",
        **options: Any,
    ) -> Case:
        """A case at a step, every event a day after the one before (as far as that stays in the
        past).
        """
        walk = Walk(self, kind, weekly, days_ago, route, options)
        more = tuple(sorted(options.items()))
        key = ("case", at, kind, weekly, days_ago, route, more)
        people = [one for one in vars(self).values() if isinstance(one, models.Model)]
        before = [copy.deepcopy(vars(one)) for one in people]
        case = kept_walks.again(key, lambda: walk.to(at))
        for one, known in zip(people, before, strict=True):
            vars(one).clear()  # walked or copied: nobody remembers the walk
            vars(one).update(known)
        return case

    def payee(self, case, creditor="S1001", at=None):
        """Whom the payments of a case go to: named by one finance officer, verified by another."""
        from budgets import actions as money

        payee = money.name_payee(
            case=case,
            by=self.finance,
            kind="person",
            name=case.person.name,
            creditor=creditor,
            meant=creditor,  # beside the numbers of a demonstration it has another shape
            at=at,
        )
        return money.verify_payee(payee=payee, by=self.releaser, at=at)

    def allow_payment(self, case, at=None):
        """The worker's word that a direct payment may be made; nothing where it is given."""
        from budgets import actions as money

        if not case.payments_allowed.exists():
            day = timezone.localdate(at)
            money.confirm_payment_allowed(
                case=case, by=self.worker, confirmed=True, looked_on=day, at=at
            )

    def help(self, case, scope=("see", "fill", "send"), user=None) -> Representation:
        """Let the delegate help, checked by the worker."""
        return Representation.objects.create(
            user=user or self.delegate,
            person=case.person,
            kind="family",
            scope=list(scope),
            valid_from=SINCE,
            checked_at=timezone.now(),
            checked_by=self.worker,
        )


def facts_for(move) -> dict[str, Any]:
    """Something for everything that a move asks for."""
    said = {
        "text": "As agreed",
        "date": timezone.localdate() + timedelta(days=7),
        "yesno": True,
        "number": 1,
        "money": Decimal("1"),
    }
    return {
        ask.name: next(iter(ask.choices)) if ask.kind == "choice" else said[ask.kind]
        for ask in move.asks
    }


class Walk:
    """One walk. Each step's method makes the moves that lead to the next."""

    # how far each step is along the road that the methods below make
    ROADS = {
        "request": 0,
        "waiting": 0,
        "assess": 0,
        "confirm": 1,
        "budget": 2,
        "plan": 2,
        "sign_off": 3,
        "panel": 4,
        "offer": 4,
        "set_up": 4,
        "running": 5,
        "review": 6,
        "closed": 7,
    }

    def __init__(self, cast, kind, weekly, days_ago, route, options):
        self.cast, self.kind, self.weekly, self.route, self.options = (
            cast,
            kind,
            weekly,
            route,
            options,
        )
        self.moment = timezone.now() - timedelta(days=days_ago)

    def tick(self):
        self.moment = min(self.moment + timedelta(days=1), timezone.now())
        return self.moment

    def to(self, step) -> Case:
        if step not in self.ROADS:
            return self.through(step)
        self.request()
        if step == "request":
            return self.done()
        if step == "waiting":
            self.triage("waiting")
            return self.done()
        self.triage("assess")
        road = self.ROADS[step]
        steps = [self.assess, self.confirm, self.plan]
        for stage in steps[: min(road, 3)]:
            stage(step)
        if step == "budget" or road < 4:
            return self.done()
        {"panel": self.panel, "offer": self.offer}.get(step, self.agree)()
        if road >= 5:
            self.set_up()
        if road >= 6:
            self.case.move(
                "start_review",
                by=self.cast.worker,
                at=self.tick(),
                kind="planned",
                reason="It is time",
            )
        if road == 7:
            self.case.move(
                "end_support",
                by=self.cast.manager,
                at=self.tick(),
                end="own_wish",
                reason="Moved in with family",
                end_date=timezone.localdate(),
                final_account="Finance writes to the family",
            )
        return self.done()

    def through(self, step) -> Case:
        """To a step that has no method here: by the first move of the table that leads to it."""
        move, source = next(
            (move, source)
            for move in journey.MOVES.values()
            for source, targets in move.routes.items()
            if move.main and step in targets and source != step
        )
        self.to(source)
        by = self.cast.duty if source == "request" else self.cast.worker
        self.case.move(move.name, by=by, at=self.tick(), to=step, **facts_for(move))
        return self.done()

    def done(self):
        self.case.refresh_from_db()
        return self.case

    def request(self):
        person = self.options.get("person") or self.cast.new_person()
        self.case = actions.ask_for_support(
            council=self.cast.council,
            name=person.name,
            person=person,
            kind=self.kind,
            by=None,
            role="person",
            channel="online",
            words="I find mornings hard",
            need_group="physical",
            at=self.moment,
        )
        Representation.objects.filter(person=person).update(user=self.cast.person)

    def triage(self, to):
        actions.triage(
            case=self.case,
            by=self.cast.duty,
            to=to,
            team=self.cast.team,
            worker=None if to == "waiting" else self.cast.worker,
            urgency="routine",
            safeguarding=self.options.get("safeguarding", "no"),
            capacity=self.options.get("capacity", "yes"),
            advocate="no",
            at=self.tick(),
            next_contact=timezone.localdate() + timedelta(days=7),
            **({} if to == "waiting" else {"mode": "own"}),
        )

    def assess(self, target):
        draft = actions.open_assessment(case=self.case, by=self.cast.person, at=self.tick())
        actions.save_answers(
            assessment=draft,
            values={
                spec["id"]: self.answer(spec)
                for spec in draft.form
                if spec.get("voice") != "worker"
            },
            voice="person",
            by=self.cast.person,
            at=self.moment,
        )
        actions.submit_assessment(case=self.case, by=self.cast.person, at=self.tick())

    def answer(self, spec):
        if spec["kind"] == "text":
            return f"In my own words about {spec['page']}"
        if spec["kind"] == "unpaid":
            return "none"
        return self.options.get("level", 1)

    def confirm(self, target):
        carer = self.kind == "carer"
        outcomes = ("recreation",) if carer else OUTCOMES
        agreed = {"impact": 1} if carer else {}
        if target == "budget":
            # an answer nobody knows yet: the case waits at budget for it
            form = answering.last_sent(self.case).form
            gap = next(q["id"] for q in form if q["kind"] == "option" and q.get("scheme"))
            self.case.assessments.get(state="submitted").answers.filter(question=gap).delete()
            agreed = {}
        actions.determine(
            case=self.case,
            by=self.cast.worker,
            eligible=True,
            arises=True,
            impact=True,
            areas=["dignity"],
            findings={
                o: {"tests": ["assistance"], "reason": "Seen at the visit"} for o in outcomes
            },
            reasons="Needs help most days",
            agreed=agreed,
            at=self.tick(),
        )

    def plan(self, target):
        from budgets import actions as money

        by = self.cast.worker if self.options.get("author") == "worker" else self.cast.person
        plan = money.open_plan(case=self.case, by=by, at=self.tick())
        money.save_plan_part(
            plan=plan,
            by=by,
            at=self.moment,
            what_matters="My garden",
            goals="Out twice a week",
            risks="A fall",
            in_control="I choose who comes",
            enough="yes",
            helped="yes",
            over_reason="The support costs this much",
            contribution_seen=True,
        )
        money.save_line(
            plan=plan,
            by=by,
            at=self.moment,
            outcome="hygiene",
            what="Help to wash and dress",
            who="pa",
            quantity=Decimal("5"),
            unit="hour",
            rate=self.weekly / 5,
            weeks=Decimal("52"),
            route=self.route,
        )
        money.save_line(
            plan=plan,
            by=by,
            at=self.moment,
            outcome="community",
            what="My sister drives me",
            who="family",
            quantity=Decimal("2"),
            unit="hour",
            rate=Decimal("0"),
        )
        money.submit_plan(case=self.case, by=by, at=self.tick())

    def holder(self):
        self.case.refresh_from_db()
        return {
            "worker": self.cast.worker,
            "manager": self.cast.manager,
            "service_manager": self.cast.service_manager,
        }[self.case.turn]

    def agree(self):
        from budgets import actions as money

        money.agree_plan(
            case=self.case,
            by=self.holder(),
            reason_code="rate_above",
            at=self.tick(),
            reason_text="The support costs this much here",
        )

    def panel(self):
        from budgets import actions as money

        money.refer_to_panel(
            case=self.case,
            by=self.holder(),
            exception="unique_plan",
            reason="A plan unlike others",
            interim_support=True,
            interim_who="The home care team",
            interim="Home care goes on",
            interim_from=timezone.localdate(self.moment),
            at=self.tick(),
        )

    def offer(self):
        from budgets import actions as money

        line = self.case.plans.first().lines.filter(who="pa").get()
        money.offer_changed(
            case=self.case,
            by=self.holder(),
            at=self.tick(),
            note="One hour fewer",
            lines=[
                {
                    "line": line.pk,
                    "quantity": Decimal("4"),
                    "differs": "4 hours in place of 5",
                    "why": "The sister helps on Sundays",
                    "still_met": "Help every weekday morning",
                }
            ],
        )

    def set_up(self):
        from budgets import actions as money

        plan = self.case.plans.filter(state="agreed").first()
        today = timezone.localdate(self.tick())
        if self.route == "direct_payment":
            self.cast.allow_payment(self.case, self.moment)
            money.record_agreement(
                case=self.case,
                by=self.cast.finance,
                signed_by="Ada Wren",
                signed_on=today,
                account_type="own_account",
                basis="net",
                first_payment_on=today,
                at=self.moment,
            )
            self.cast.payee(self.case, at=self.moment)
        for line in plan.lines.exclude(who="family"):
            money.start_line(
                case=self.case, line=line, started_on=today, by=self.cast.finance, at=self.moment
            )
        money.start_budget(case=self.case, by=self.cast.finance, at=self.tick())
