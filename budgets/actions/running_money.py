"""Entering cases whose money runs already: two tables are recorded by one finance officer and let
in by another. All or nothing: what is written together is one transaction.

Not here: reading the tables (`budgets.ledger.running`), what each case begins with
(`budgets.payments.opening`), and when a case is paid from here (`going_live`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.actions.ledger_lists import next_number
from budgets.actions.payment_batches import finance_of
from budgets.actions.plan import freeze
from budgets.entitlement.answer import answer
from budgets.ledger.running import Known, RunningCase, Table, read_running
from budgets.ledger.running_columns import Choices
from budgets.models import (
    BudgetFigure,
    Charge,
    Contribution,
    DirectPaymentAgreement,
    EnteredCase,
    LineStart,
    MonitoringCheck,
    Payee,
    Payment,
    PlanInForce,
    PlanLine,
    RunningImport,
    SupportPlan,
)
from budgets.models.plan import WHO
from budgets.money.uploads import BadUpload
from budgets.payments import ledger_formats
from budgets.payments.opening import Opening, openings
from budgets.position import case_money, entitlement_facts
from cases import journey
from cases.assessment import questions
from cases.common import dates
from cases.common.refusals import NotYet
from cases.journey import clocks
from cases.models import Case, Council, Event, Person, Seat, Team, User
from cases.models.case import KINDS
from cases.models.people import CONTACT_BY, FORMATS, NEED_GROUPS, age_band, searchable

CHOICES = Choices(
    payee_kinds=tuple(Payee.KINDS),
    accounts=tuple(DirectPaymentAgreement.ACCOUNTS),
    kinds=tuple(KINDS),
    contact_by=tuple(CONTACT_BY),
    communication=tuple(FORMATS),
    need_groups=tuple(NEED_GROUPS),
    who=tuple(who for who in WHO if who != "family"),  # what is unpaid is no running money
    outcomes=tuple(dict.fromkeys([*questions.OUTCOMES["adult"], *questions.OUTCOMES["carer"]])),
)
COLUMNS = frozenset("email phone address contact_by contact_note communication".split())


class ImportRefused(NotYet):
    """Tables that may not be taken. `problems`: one sentence for each place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(_("The tables are refused, and nothing of them was taken."))
        self.problems = problems


def read_import(council: Council, cases: Table, lines: Table, today: date) -> list[Opening]:
    """What the tables would enter; nothing is written. ImportRefused: every place that is wrong."""
    try:
        found = read_running(
            cases,
            lines,
            known=_known(council),
            choices=CHOICES,
            today=today,
            mask=ledger_formats.mask(council),
        )
    except BadUpload as wrong:
        raise ImportRefused(wrong.problems) from None
    ready, problems = openings(found, today)
    if problems:
        raise ImportRefused(problems)
    return ready


def _known(council: Council) -> Known:
    here = Case.objects.filter(council=council, person__died_on=None)
    seats = Seat.objects.filter(
        Seat.on(dates.today()), council=council, role__in=journey.WORKER
    ).values_list("user__email", flat=True)
    return Known(
        people=set(here.values_list("ref", flat=True)),
        entered=set(
            EnteredCase.objects.filter(council=council).values_list("reference", flat=True)
        ),
        teams=set(Team.objects.filter(council=council).values_list("name", flat=True)),
        workers={str(email).casefold() for email in seats},
    )


def namesakes(council: Council, found: Iterable[Opening]) -> set[str]:
    """The council's references of rows whose name and date of birth somebody here has already."""
    rows = {one.case.case: one.case.person for one in found if not one.case.person.case_here}
    names = {searchable(person.name) for person in rows.values()}
    here = set(
        Person.objects.filter(council=council, name_search__in=names).values_list(
            "name_search", "born"
        )
    )
    return {
        ref
        for ref, person in rows.items()
        if (searchable(person.name), person.details.get("born")) in here
    }


def record_import(
    *, council: Council, by: User, cases: Table, lines: Table, at: datetime | None = None
) -> RunningImport:
    """Keep two tables that can be entered, for a second officer. Nobody is entered yet."""
    finance_of(by, council)
    when = at or timezone.now()
    with transaction.atomic():
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        found = read_import(council, cases, lines, dates.london_date(when))
        return RunningImport.objects.create(
            council=council,
            number=next_number(RunningImport.objects.filter(council=council)),
            cases_name=cases.name[:200],
            lines_name=lines.name[:200],
            cases_file=cases.data,
            lines_file=lines.data,
            sha256=hashlib.sha256(cases.data + lines.data).hexdigest(),
            count=len(found),
            made_by=by,
            made_at=when,
        )


def tables_of(imported: RunningImport) -> tuple[Table, Table]:
    """The two tables while they wait."""
    return (
        Table(imported.cases_name, bytes(imported.cases_file)),
        Table(imported.lines_name, bytes(imported.lines_file)),
    )


def withdraw_import(
    *, imported: RunningImport, by: User, at: datetime | None = None
) -> RunningImport:
    """Take the tables back before they are let in: nothing was entered, and the files are gone."""
    finance_of(by, imported.council)
    with transaction.atomic():
        return _done(_waiting(imported), "withdrawn", by, at or timezone.now())


def release_import(
    *, imported: RunningImport, by: User, at: datetime | None = None
) -> RunningImport:
    """A second officer lets the cases in. They are read once more: what has come between is
    refused, and then nothing is written.
    """
    finance_of(by, imported.council)
    if imported.made_by_id == by.pk:
        raise NotYet(_("You recorded these tables: another officer lets them in."))
    when = at or timezone.now()
    with transaction.atomic():
        Council.objects.select_for_update(no_key=True).get(pk=imported.council_id)
        held = _waiting(imported)
        today = dates.london_date(when)
        found = read_import(held.council, *tables_of(held), today)
        writing = _Writing(held, by, when)
        written = {writing.enter(one): one for one in found}
        _agree(written, today)
        return _done(held, "released", by, when)


def _waiting(imported: RunningImport) -> RunningImport:
    found = RunningImport.objects.select_for_update().get(pk=imported.pk)
    if found.state != "waiting":
        words = {"how": RunningImport.STATES[found.state]}
        raise NotYet(_("Somebody has dealt with these tables already: %(how)s.") % words)
    return found


def _done(held: RunningImport, state: str, by: User, when: datetime) -> RunningImport:
    held.state, held.done_by, held.done_at = state, by, when
    held.cases_file = held.lines_file = b""
    held.save()
    return held


def _agree(written: dict[int, Opening], today: date) -> None:
    """The books of what was written must be even: nothing owed, nothing paid too much."""
    for facts in entitlement_facts.in_chunks(written):
        for pk, found in facts.items():
            one, sums = written[pk], answer(found, today)
            if one.paid and (sums.owed or sums.paid_too_much):
                words = {"case": one.case.case, "sum": sums.owed or -sums.paid_too_much}
                raise NotYet(_("The books of case “%(case)s” differ by %(sum)s.") % words)


class _Writing:
    """Enters the cases of one import, each whole."""

    def __init__(self, imported: RunningImport, by: User, when: datetime) -> None:
        self._imported, self._by, self._when = imported, by, when
        council = imported.council
        self._teams = {team.name: team for team in Team.objects.filter(council=council)}
        self._intake = next((team for team in self._teams.values() if team.intake), None)

    def enter(self, one: Opening) -> int:
        """The id of the new case."""
        case = self._case(one)
        event = case.events.get()
        plan = self._plan(case, one, event)
        agreement = self._agreement(case, one, plan)
        payee = self._payee(case, one) if agreement else None
        self._sums(case, one, agreement, payee)
        EnteredCase.objects.create(
            council=self._imported.council,
            case=case,
            imported=self._imported,
            reference=one.case.case,
            live_at=None if agreement else self._when,
        )
        return case.pk

    def _case(self, one: Opening) -> Case:
        given, today = one.case.person.details, dates.london_date(self._when)
        person, kind = self._person(one.case), given.get("kind", "adult")
        route = case_money.route_of(one.lines)
        team = self._teams.get(given.get("team", ""), self._intake)
        begun = dates.london_midnight(one.began_on)
        first = clocks.deadline(journey.CLOCKS["first_review"], begun)
        facts: dict[str, Any] = {
            "import": self._imported.number,
            "began_on": one.began_on.isoformat(),
            "first_review": "yes" if first and first > self._when else "no",
            "route": route,
            "team": team.pk if team else None,
        }
        if one.case.reviewed_on:
            facts["reviewed_on"] = one.case.reviewed_on.isoformat()
        if one.case.contribution:
            facts["charged_from"] = one.case.contribution.begins.isoformat()
        return Case.enter(
            council=self._imported.council,
            person=person,
            kind=kind,
            by=self._by,
            team=team,
            facts=facts,
            at=self._when,
            route=route,
            worker=User.objects.filter(email__iexact=given["worker"]).first()
            if "worker" in given
            else None,
            need_group="carer" if kind == "carer" else given.get("need_group", ""),
            age_band=age_band(person.born, today),
        )

    def _person(self, row: RunningCase) -> Person:
        if row.person.case_here:
            rows = Case.objects.select_related("person").filter(council=self._imported.council)
            return rows.get(ref=row.person.case_here).person
        given = row.person.details
        return Person.objects.create(
            council=self._imported.council,
            name=row.person.name,
            born=given.get("born"),
            **{name: value for name, value in given.items() if name in COLUMNS},
        )

    def _plan(self, case: Case, one: Opening, event: Event) -> SupportPlan:
        """The agreed plan with its lines, the decided budget, and from when they hold."""
        number = one.case.decision.plan
        plan = SupportPlan(
            case=case, number=number, state="agreed", author_role="finance", made_at=self._when
        )
        for line in one.lines:
            line.plan = plan
        freeze(plan, list(one.lines), None)
        plan.save()
        for line in one.lines:
            line.plan = plan
        rows = PlanLine.objects.bulk_create(one.lines)
        today = dates.london_date(self._when)
        LineStart.objects.bulk_create(
            LineStart(line=line, started_on=line.begins_on, event=event)
            for line in case_money.funded(rows)
            if line.begins_on and line.begins_on <= today
        )
        begins, cost = one.case.decision.begins, case_money.council_cost(rows)
        recorded = {"recorded_at": self._when, "recorded_by": self._imported.made_by}
        PlanInForce.objects.create(case=case, plan=plan, begins_on=begins, **recorded)
        BudgetFigure.objects.create(
            case=case,
            kind="decided",
            annual=cost.annual,
            weekly=cost.weekly,
            one_off=cost.one_off,
            plan=plan,
            effective_from=begins,
            **recorded,
        )
        return plan

    def _agreement(
        self, case: Case, one: Opening, plan: SupportPlan
    ) -> DirectPaymentAgreement | None:
        row = one.case
        if row.agreement is None:
            return None
        other = row.payee_kind in DirectPaymentAgreement.SIGNED_AS and row.payee_kind != "person"
        return DirectPaymentAgreement.objects.create(
            case=case,
            plan=plan,
            signed_by=row.payee_name if other else case.person.name[:120],
            signed_as=row.payee_kind if other else "person",
            signed_on=row.agreement.begins,
            account_type=row.account,
            basis=row.agreement.basis,
            cycle_weeks=row.cycle_weeks,
            first_payment_on=row.agreement.begins,
            pay_day=row.pay_day,
            made_by=self._imported.made_by,
            made_at=self._when,
        )

    def _payee(self, case: Case, one: Opening) -> Payee:
        """Named by whoever recorded the tables, verified by whoever lets them in."""
        return Payee.objects.create(
            case=case,
            kind=one.case.payee_kind,
            name=one.case.payee_name or case.person.name[:120],
            creditor=one.case.creditor_number,
            recorded_at=self._when,
            recorded_by=self._imported.made_by,
            verified_at=self._when,
            verified_by=self._by,
        )

    def _sums(self, case: Case, one: Opening, agreement: Any, payee: Payee | None) -> None:
        """The contribution, and what was paid, charged and left in the account elsewhere."""
        row, done = one.case, {"recorded_at": self._when}
        if row.contribution:
            Contribution.objects.create(
                case=case,
                state="recorded",
                weekly=row.contribution.weekly,
                valid_from=row.contribution.begins,
                told_on=row.contribution.told_on,
                source=_("Entered with money already running"),
                recorded_by=self._imported.made_by,
                **done,
            )
        if one.paid:
            Payment.objects.create(
                **vars_of(one.paid, case),
                on=one.paid.on,
                number=0,
                agreement=agreement,
                payee=payee,
                regular=one.paid.amount,
                state="paid",
                state_at=self._when,
                state_by=self._by,
                **done,
            )
        if one.charged:
            Charge.objects.create(
                **vars_of(one.charged, case), number=0, state="charged", state_at=self._when, **done
            )
        if agreement:
            self._balance(case, one, agreement)

    def _balance(self, case: Case, one: Opening, agreement: DirectPaymentAgreement) -> None:
        """What lies in the account, where money left over is read."""
        if one.case.balance_held is not None and one.paid and one.case.paid_to:
            MonitoringCheck.objects.create(
                agreement=agreement,
                case=case,
                tier="light",
                items=["balance"],
                period_from=one.paid.on,
                period_to=one.case.paid_to,
                balance=one.case.balance_held,
                asked_at=self._when,
                asked_by=self._imported.made_by,
                answered_at=self._when,
                answered_by=self._by,
            )


def vars_of(row: Any, case: Case) -> dict[str, Any]:
    """The case, the days and the sum of a payment or charge, as columns."""
    columns = ("covers_from", "covers_to", "amount")
    return {"case": case} | {name: getattr(row, name) for name in columns}
