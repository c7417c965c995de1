"""One case from the request to wherever it gets by the last day, as a generator of moments.

Each `yield` names the moment of the next act; the stage resumes the walk there. Every act is the
action a person would take, so a rule that refuses here refuses there too.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from budgets import actions as money
from budgets.position.case_money import cost_of_figure, council_cost, indicative
from cases import actions, journey
from cases.assessment import questions
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Person
from poet.demo import writing

WORDS = (
    "Mornings are the hardest.",
    "I fell twice this winter.",
    "My son does what he can.",
    "I miss my allotment.",
    "Stairs are a problem.",
    "I don't like to ask.",
    "Some days are better than others.",
    "I forget my tablets.",
)
WHY_LESS = {
    "reason_code": "rate_below",
    "reason_text": "The agency that was chosen costs less an hour than the scheme assumes.",
}
WHY_MORE = {
    "reason_code": "rate_above",
    "reason_text": "The agency that was chosen costs more an hour than the scheme assumes.",
}
# the steps that the scenes below lead through
SCENES = frozenset(
    "request waiting assess confirm budget plan sign_off panel offer set_up running review"
    " closed".split()
)
PAYROLL = "Tally Payroll, an invented payroll service"
REASONS = "Help is needed on most days; without it the person would be at risk and alone."


class Walk:
    """What one case is going to be like, drawn at its start from the seeded generator."""

    def __init__(
        self, rng: Random, built, population, start: datetime, *, ref: str, carer: bool, fixed=None
    ) -> None:
        self.rng, self.built, self.start, self.ref, self.carer = rng, built, start, ref, carer
        self.fixed = fixed or {}
        self.person = population.next(dates.london_date(start), carer=carer)
        lead = self.fixed.get("lead")
        self.team = built.carers if carer else built.teams[0] if lead else rng.choice(built.teams)
        self.worker = (
            built.workers[self.team.pk][0] if lead else rng.choice(built.workers[self.team.pk])
        )
        self.manager = built.managers[self.team.pk]
        self.need = self.fixed.get("need", min(max(rng.gauss(0.42, 0.2), 0.05), 1))
        self.at = start
        self.advocate = False

    def chance(self, name: str, p: float) -> bool:
        """A turn of this case's story: as fixed for the cast, else drawn."""
        drawn = self.rng.random() < p
        return self.fixed.get(name, drawn)

    def later(self, median: float, spread: float = 0.75, *, staff: bool = True) -> datetime:
        """A moment after the last one: log-normal days, in office hours when staff act."""
        days = self.rng.lognormvariate(0, spread) * median * self.fixed.get("pace", 1)
        if self.chance("stuck", 0.05):
            days *= 5  # now and then a case lies, as cases do
        day = dates.london_date(self.at + timedelta(days=days))
        hour = self.rng.randrange(9, 17) if staff else self.rng.randrange(8, 22)
        moment = dates.london_midnight(day) + timedelta(hours=hour, minutes=self.rng.randrange(60))
        self.at = max(moment, self.at + timedelta(minutes=self.rng.randrange(20, 90)))
        return self.at

    def run(self):
        """The walk itself."""
        yield self.start
        self.request_support()
        yield self.later(0.8, 0.6)
        yield from self.new_steps()
        if (yield from self.first_contact()):
            return
        yield from self.assess()
        yield self.later(5, 0.8)
        if self.determine():
            return
        yield self.later(0.2)
        if self.case.step != "plan":
            return  # an answer is missing: the worker has the turn
        for _round in range(4):
            if (yield from self.plan()):
                return
            if (yield from self.sign_off()):
                break
        if self.case.step == "set_up":
            yield from self.set_up()
            yield from self.live()

    def request_support(self):
        self.by = None
        p = self.person
        email = (
            self.fixed["email"]
            if "email" in self.fixed
            else (f"{self.ref.lower()}@people.example" if p.contact_by == "email" else "")
        )
        person = self._new_person(p, email)
        phoned = not email
        self.case = actions.ask_for_support(
            council=self.built.council,
            name=p.name,
            person=person,
            kind="carer" if self.carer else "adult",
            by=self.built.duty if phoned else None,
            role="worker" if phoned else "person",
            channel=self.rng.choice(("phone", "professional", "visit")) if phoned else "online",
            words=self.rng.choice(WORDS),
            need_group=p.group,
            at=self.start,
            ref=self.ref,
        )
        if email:
            rep = person.representations.select_related("user").get()
            if not rep.user.name:
                rep.user.name = p.name
                rep.user.save(update_fields=["name"])
            self.by = rep.user

    def _new_person(self, p, email):
        return Person.objects.create(
            council=self.built.council,
            name=p.name,
            born=p.born,
            nhs_number=p.nhs_number,
            email=email,
            phone=f"01632 960{self.rng.randrange(300, 999)}",
            contact_by="email" if email else p.contact_by,
            address=(
                f"{self.rng.randrange(1, 90)} "
                f"{self.rng.choice(('High', 'Mill', 'Church', 'Station'))} Street"
            ),
            communication=p.communication,
        )

    def first_contact(self):
        """Triage, the waiting list, or an early end. True when the story is over."""
        if self.chance("advice", 0.05) and self.case.step == "request":
            self.case.move(
                "close_at_request",
                by=self.built.duty,
                at=self.at,
                content="yes",
                advice="The lunch club on Tuesdays, and the handyperson scheme for the rail.",
            )
            return True
        if self.case.step == "request":
            self.triage()
        if self.case.step == "waiting":
            yield self.later(9, 0.9)
            if self.gone(0.02):
                return True
            actions.start_assessment(
                case=self.case,
                by=self.manager,
                worker=self.worker,
                at=self.at,
                capacity="yes",
                wish="wants_own",
                mode=self.mode(),
            )
        return False

    def new_steps(self):
        """Steps of the table that have no scene in this walk, right after the request: entered and
        left by their own moves. Nothing is drawn while there is none.
        """
        for _step in journey.STEPS:
            found = self._onwards()
            if found is None:
                return
            move, to = found
            by, behalf = (self.built.duty, None)
            if not move.who & journey.WORKER:
                by, behalf = self.actor()
            self.case.move(
                move.name, by=by, on_behalf_of=behalf, at=self.at, to=to, **self._facts(move)
            )
            yield self.later(journey.STEPS[to].target or 5)

    def _onwards(self):
        """(move, step): into a step without a scene, or out of it; None where all have theirs."""
        here = self.case.step
        for move in journey.moves_from(here):
            for to in move.routes[here] if move.main else ():
                if to != here and (here not in SCENES or to not in SCENES):
                    return move, to
        return None

    def _facts(self, move):
        """Something for everything that a move asks for, and the team where it keeps one."""
        kept = {"team": self.team.pk} if "team" in move.keeps else {}
        said = {
            "text": "As agreed.",
            "date": dates.london_date(self.at) + timedelta(days=14),
            "yesno": True,
            "number": 1,
            "money": Decimal("1"),
        }
        return kept | {
            ask.name: next(iter(ask.choices)) if ask.kind == "choice" else said[ask.kind]
            for ask in move.asks
        }

    def triage(self):
        to = "waiting" if self.chance("waiting", 0.55) else "assess"
        urgency = self.rng.choices(("urgent", "soon", "routine"), (1, 3, 8))[0]
        facts = {"mode": self.mode()} if to == "assess" else {}
        self.advocate = self.chance("advocate", 0.06)
        actions.triage(
            case=self.case,
            by=self.built.duty,
            to=to,
            team=self.team,
            worker=self.worker if to == "assess" else None,
            urgency=urgency,
            safeguarding="no",
            capacity="yes",
            advocate="yes" if self.advocate else "no",
            at=self.at,
            next_contact=dates.london_date(self.at) + timedelta(days=14),
            **facts,
        )

    def mode(self) -> str:
        return "own" if self.by else self.rng.choice(("together", "worker_led"))

    def gone(self, p: float) -> bool:
        """A withdrawal or a death, either of which ends the story."""
        if self.chance("death", p * 0.6):
            actions.record_death(
                case=self.case,
                by=self.worker,
                died_on=dates.london_date(self.at),
                at=self.at,
                contact="The family, through the surgery",
            )
            return True
        if self.chance("withdraw", p):
            by, behalf = self.actor()
            self.case.move(
                "withdraw",
                by=by,
                on_behalf_of=behalf,
                at=self.at,
                reason=self.rng.choice(("We manage as we are.", "It took too long.")),
            )
            return True
        return False

    def actor(self):
        """Who acts for the person: themselves, or the worker on their behalf."""
        return (self.by, None) if self.by else (self.worker, self.case.person)

    def assess(self):
        if self.advocate:
            yield self.later(6)
            self.case.move(
                "find_advocate",
                by=self.worker,
                at=self.at,
                since=dates.london_date(self.at),
                who="Ivy Marsh, Voices of the Moor, 01632 960222",
            )
        yield self.later(8, 0.8, staff=not self.by)
        self.answer()
        if self.chance("returned", 0.1):
            yield self.later(4)
            self.case.move(
                "return_assessment",
                by=self.worker,
                at=self.at,
                missing="Tell us more about the nights, please.",
            )
            yield self.later(5, staff=not self.by)
            self.answer()

    def answer(self):
        by, behalf = self.actor()
        draft = actions.open_assessment(case=self.case, by=by, at=self.at)
        values = {}
        for spec in draft.form:
            if spec.get("voice") == "worker":
                continue
            if spec["kind"] == "option":
                most = len(spec["options"]) - 1
                values[spec["id"]] = min(max(round(self.rng.gauss(self.need * most, 0.6)), 0), most)
        for spec in questions.questions_for_person(draft.form, values):
            if spec["kind"] == "unpaid":
                values[spec["id"]] = self.rng.choices(("none", "some", "most"), (6, 3, 1))[0]
            elif spec["kind"] == "text" and self.rng.random() < 0.6:
                values[spec["id"]] = self.rng.choice(WORDS)
        known = actions.values_of(draft)
        new = {k: v for k, v in values.items() if k not in known}
        actions.save_answers(
            assessment=draft,
            values=new or dict(list(values.items())[:1]),
            voice="person",
            by=by,
            at=self.at,
        )
        actions.submit_assessment(case=self.case, by=by, on_behalf_of=behalf, at=self.at)

    def determine(self) -> bool:
        """The officer's decision. True when it is that there are no eligible needs."""
        kind = "carer" if self.carer else "adult"
        outcomes = list(questions.OUTCOMES[kind])
        eligible = not self.chance("not_eligible", 0.08)
        met = self.rng.sample(outcomes, 3) if eligible else outcomes[:1]
        actions.determine(
            case=self.case,
            by=self.worker,
            eligible=eligible,
            arises=True,
            impact=eligible,
            areas=["control", "health"],
            findings={o: {"tests": ["assistance"], "reason": "Seen at the visit."} for o in met},
            reasons=REASONS,
            advice="" if eligible else "The community connector can help with this.",
            at=self.at,
            agreed={"impact": self.rng.choice((0, 1, 1, 2))} if self.carer else {},
        )
        return not eligible

    def plan(self):
        """Write and send a plan. True when the story ends before."""
        if self.chance("challenges", 0.04):
            yield from self.challenge()
        yield self.later(13, 0.8, staff=not self.by)
        if self.gone(0.02):
            return True
        by, behalf = self.actor()
        if self.chance("arrange_own", 0.03) or not self.afford():
            self.case.move(
                "arrange_own",
                by=by,
                on_behalf_of=behalf,
                at=self.at,
                reason="I will see to it myself.",
            )
            return True
        plan = money.open_plan(case=self.case, by=by, at=self.at)
        writing.words(self, plan, by)
        if not plan.lines.exists():
            writing.write(self, plan, by)
        money.submit_plan(case=self.case, by=by, on_behalf_of=behalf, at=self.at)
        return False

    def challenge(self):
        """The figure is challenged, acknowledged within days and answered by somebody who did not
        make it.
        """
        yield self.later(3, staff=not self.by)
        by, behalf = self.actor()
        self.case.move(
            "challenge",
            by=by,
            on_behalf_of=behalf,
            at=self.at,
            decision="indicative",
            reason="The nights are left out.",
        )
        yield self.later(1, 0.3)
        self.case.move(
            "acknowledge_challenge",
            by=self.manager,
            at=self.at,
            follows="A service manager looks at it.",
            answer_by=dates.london_date(self.at) + timedelta(days=25),
        )
        yield self.later(12, 0.5)
        self.case.move(
            "answer_challenge",
            by=self.built.service_manager,
            at=self.at,
            answer="not_upheld",
            reason="The nights are in the sum, in the second line.",
            follows="You can plan with this figure.",
        )

    def afford(self) -> bool:
        self.figure = self.case.figures.filter(kind="indicative").order_by("-pk").first()
        return bool(self.figure and (self.figure.annual or self.figure.one_off))

    def holder(self):
        return {
            "worker": self.worker,
            "manager": self.manager,
            "service_manager": self.built.service_manager,
            "panel": self.built.panel,
        }[self.case.turn]

    def sign_off(self):
        """A decision on the plan. True when it is agreed; False when the plan is open again."""
        yield self.later(4, 0.8)
        if self.chance("panel", 0.06):
            money.refer_to_panel(
                case=self.case,
                by=self.holder(),
                at=self.at,
                interim_support=True,
                interim_who="The people who help now",
                interim_from=dates.london_date(self.at),
                exception=self.rng.choice(("unique_plan", "high_risk")),
                interim="The present help goes on.",
                reason="Night support in a shared house, unlike other plans here.",
            )
            yield self.later(11, 0.5)
        at_panel = self.case.step == "panel"
        if self.chance("sent_back", 0.09):
            money.return_plan(
                case=self.case,
                by=self.holder(),
                at=self.at,
                reason="Please say what happens when your helper is ill.",
            )
            return False
        if self.chance("offered", 0.06) and (yield from self.offer()) is not None:
            return self.case.step == "set_up"
        plan = self.case.plans.get(state="submitted")
        first, cost = cost_of_figure(indicative(self.case)), council_cost(plan.lines.all())
        why = WHY_LESS if cost.total <= first.total else WHY_MORE
        act = money.panel_agree if at_panel else money.agree_plan
        extra = {"written_reasons": "The plan meets the needs."} if at_panel else {}
        act(case=self.case, by=self.holder(), at=self.at, **why, **extra)
        return True

    def offer(self):
        """Another proposal, answered by the person. None where the plan has no line to change."""
        line = (
            self.case.plans.get(state="submitted")
            .lines.filter(unit="hour", annual__gt=0, quantity__gte=2)
            .first()
        )
        if line is None:
            return None
        money.offer_changed(
            case=self.case,
            by=self.holder(),
            at=self.at,
            note="One hour fewer: the day centre covers it.",
            lines=[
                {
                    "line": line.pk,
                    "quantity": line.quantity - 1,
                    "differs": "One hour fewer a week",
                    "why": "The day centre offers lunch and company",
                    "still_met": "The day centre on Wednesdays",
                }
            ],
        )
        yield self.later(5, staff=not self.by)
        by, behalf = self.actor()
        if self.chance("accepts", 0.7):
            money.accept_offer(case=self.case, by=by, on_behalf_of=behalf, at=self.at)
        else:
            money.decline_offer(
                case=self.case,
                by=by,
                on_behalf_of=behalf,
                at=self.at,
                reason="Wednesdays are my choir.",
            )
        return True

    def set_up(self):
        plan = self.case.plans.filter(state="agreed").order_by("-number").first()
        lines = [line for line in plan.lines.all() if line.annual]
        yield self.later(7, 0.7)
        today = dates.london_date(self.at)
        if self.rng.random() < 0.8:
            money.record_contribution(
                case=self.case,
                by=self.built.finance,
                at=self.at,
                valid_from=today,
                state="recorded",
                weekly=Decimal("0"),
                source="Financial assessment",
            )
        if any(line.route in journey.direct_routes() for line in lines):
            self._sign_agreement(today)
        for line in lines:
            money.start_line(
                case=self.case,
                line=line,
                started_on=dates.london_date(self.at),
                by=self.worker,
                at=self.at,
            )
        money.start_budget(
            case=self.case,
            by=self.built.finance if self.case.turn == "finance" else self.worker,
            at=self.at,
        )

    def _sign_agreement(self, today):
        money.confirm_payment_allowed(
            case=self.case, by=self.worker, confirmed=True, looked_on=today, at=self.at
        )
        account = self.rng.choice(("own_account", "own_account", "managed_account", "prepaid_card"))
        managed = account == "managed_account"
        money.record_agreement(
            case=self.case,
            by=self.built.finance,
            at=self.at,
            signed_by=self.person.name,
            signed_on=today,
            basis="net",
            account_type=account,
            first_payment_on=today,
        )
        payee = money.name_payee(
            case=self.case,
            by=self.built.finance,
            kind="provider" if managed else "person",
            name=PAYROLL if managed else self.person.name,
            creditor=f"S{self.case.pk:06d}",
            at=self.at,
        )
        if self.chance("verified", 0.98):
            money.verify_payee(payee=payee, by=self.built.second_finance, at=self.at)

    def live(self):
        """A running budget: a first review, perhaps an end, and the reviews of a direct payment."""
        direct = journey.may_pay_directly(self.case.route)
        if direct and self.chance("suspended", 0.06):
            if (yield from self.suspended()):
                return
        yield self.later(52, 0.2)
        if self.gone(0.03) or not self.chance("reviewed", 0.8):
            return
        reviews = [("initial", "Six to eight weeks have passed.")]
        reviews += [("dp", "Six months of direct payments have passed.")] if direct else []
        for kind, reason in reviews:
            if kind == "dp":
                yield self.later(105, 0.2)
            self.case.move("start_review", by=self.worker, at=self.at, kind=kind, reason=reason)
            yield self.later(11, 0.7)
            if self.chance("ends", 0.05):
                self.case.move(
                    "end_support",
                    by=self.manager,
                    at=self.at,
                    end="moved",
                    reason="Moved to live with family.",
                    end_date=dates.london_date(self.at),
                    final_account="Finance writes to the person.",
                )
                return
            self.case.move(
                "keep_plan",
                by=self.worker,
                at=self.at,
                achieved="Out twice a week, as hoped.",
                reason="It works.",
            )

    def suspended(self):
        """Payments stop for a while; True where they stay so. Found wrong, they are made good."""
        yield self.later(20, 0.2)
        self.case.move(
            "suspend_payment",
            by=self.built.finance,
            at=self.at,
            reason="The papers of three months have not come.",
            instead_who="The council's home care team",
            alternative="Home care every day",
            instead_from=dates.london_date(self.at),
        )
        yield self.later(48, 0.2)  # longer than what has left already
        if not self.chance("resumed", 0.8):
            return True
        self.case.move(
            "resume_payment",
            by=self.built.finance,
            at=self.at,
            reason="The papers were there: they lay with another team.",
            make_good=self.chance("make_good", 0.5),
        )
        return False


def step(walk) -> datetime | None:
    """Resume a walk: the moment of its next act, or None at its end. A refusal is a fault of the
    walk: it raises.
    """
    try:
        return next(walk)
    except StopIteration:
        return None
    except NotYet as no:
        raise RuntimeError(f"the walk was refused: {no.sentence}") from no
