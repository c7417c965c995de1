"""Writing a support plan and sending it (Care Act 2014 s25). A draft is saved page by page and
writes no event.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.actions.sharing import copy_writings, sign
from budgets.models import BudgetFigure, LineStart, PlanLine, SupportPlan
from budgets.models.plan import ROUTES
from budgets.money import rates
from budgets.plan import readiness, shared_writing
from budgets.plan.line_price import price_line
from budgets.position import case_money
from budgets.position.case_money import Cost
from budgets.position.differences import root, unchanged
from cases import access, journey
from cases.common import dates
from cases.common.columns import column
from cases.common.refusals import NotYet, Stale
from cases.models import Case, Person, User
from cases.models.case import canonical

PARTS = (
    "what_matters",
    "goals",
    "risks",
    "in_control",
    "enough",
    "enough_why",
    "helped",
    "over_reason",
    "contribution_seen",
)
LINE_FIELDS = (
    "outcome",
    "what",
    "who",
    "provider",
    "when",
    "quantity",
    "unit",
    "rate",
    "rate_source",
    "oncost_pct",
    "weeks",
    "route",
    "begins_on",
    "ends_on",
    "funder",
    "free",
    "unit_rate",
    "met_through",
    "met_agreed_on",
)
OF_MONEY = {
    "rate",
    "unit_rate",
    "oncost_pct",
    "weeks",
    "route",
    "funder",
    "free",
}  # for those who see the money
# What was added to lines later stands in a snapshot only where it says something.
PLAIN = {
    "begins_on": None,
    "ends_on": None,
    "funder": "council",
    "free": False,
    "unit_rate": None,
    "met_through": None,
    "met_agreed_on": None,
}


def _draft(plan: SupportPlan, by: Any, *parts: str) -> SupportPlan:
    """The draft, locked. Raises NotYet once it was sent, or for somebody who may not write in these
    parts of it.
    """
    row = SupportPlan.objects.select_for_update().get(pk=plan.pk)
    if row.state != "draft":
        raise NotYet(_("This plan was sent. It can't be changed now."))
    theirs = shared_writing.parts_for(row.case, by)
    if not theirs:
        raise NotYet(_("You can't change this plan now."))
    if not theirs.issuperset(parts):
        raise NotYet(
            _("You were not asked to write this part of the plan. The person can change that.")
        )
    return row


def _sign(plan: SupportPlan, by: User, at: datetime | None, *places: str) -> None:
    sign(plan, by, access.best_role(plan.case, by), places, at)


def open_plan(*, case: Case, by: User, at: datetime | None = None) -> SupportPlan:
    """The case's draft plan, begun if there is none. A new one begins as a copy of the last."""
    with transaction.atomic():
        found = case_money.draft_plan(case)
        if found:
            return found
        if not shared_writing.may_edit(case, by):
            raise NotYet(_("The plan can't be changed now."))
        case.hold()
        found = case_money.draft_plan(case)  # somebody else may have begun it a moment ago
        if found:
            return found
        last = case.plans.exclude(state="extra").order_by("-number").first()
        if last:
            return copy_plan(last, at=at)
        number = (case.plans.aggregate(n=Max("number"))["n"] or 0) + 1
        return SupportPlan.objects.create(case=case, number=number, **_now(at))


def _now(at: datetime | None) -> dict[str, Any]:
    return {"made_at": at or timezone.now(), "saved_at": at or timezone.now()}


def _saved(plan: SupportPlan, at: datetime | None) -> None:
    """Another part of the draft was saved: a newer version, and a draft that is not forgotten."""
    SupportPlan.objects.filter(pk=plan.pk).update(
        version=F("version") + 1, saved_at=at or timezone.now()
    )


def copy_plan(last: SupportPlan, *, at: datetime | None = None) -> SupportPlan:
    """A new draft with the words and lines of an earlier plan: nothing is asked twice, everything
    can be changed.
    """
    words = {name: getattr(last, name) for name in PARTS}
    highest = last.case.plans.aggregate(n=Max("number"))["n"]
    new = SupportPlan.objects.create(case=last.case, number=highest + 1, **_now(at), **words)
    lines = dict(copies(last, new))
    PlanLine.objects.bulk_create(lines.values())
    copy_writings(last, new, lines)
    return new


def copies(last: SupportPlan, new: SupportPlan) -> list[tuple[int, PlanLine]]:
    """(id of the line there is, its unsaved copy in the new plan), each knowing the first it is a
    copy of.
    """
    found = []
    for row in last.lines.all():
        pk, row.origin_id = row.pk, root(row)
        row.pk, row.plan, row.version = None, new, 1
        row._state.adding = True
        found.append((pk, row))
    return found


def save_plan_part(
    *,
    plan: SupportPlan,
    by: User,
    version: int | None = None,
    at: datetime | None = None,
    **fields: Any,
) -> SupportPlan:
    """Save one page of the draft. `version`: the plan's when the page was opened; Stale when that
    part changed since.
    """
    unknown = set(fields) - set(PARTS)
    if unknown:
        raise TypeError(f"A plan has no {', '.join(sorted(unknown))}")
    parts = {shared_writing.PART_OF.get(name, name) for name in fields}
    with transaction.atomic():
        row = _draft(plan, by, *parts)
        if version is not None and version != row.version:
            _refuse_stale(row, fields)
        for name, value in fields.items():
            setattr(row, name, value)
        row.version, row.saved_at = row.version + 1, at or timezone.now()
        row.save(update_fields=[*fields, "version", "saved_at"])
        _sign(row, by, at, *parts)
        return row


def _refuse_stale(row: Any, fields: dict[str, Any]) -> None:
    changed = [
        (str(row._meta.get_field(name).verbose_name), str(value), str(getattr(row, name)))
        for name, value in fields.items()
        if getattr(row, name) != value and getattr(row, name) not in ("", False)
    ]
    if changed:
        raise Stale(
            _("Someone saved this page while you were writing. Yours has not replaced it."),
            changes=changed,
        )


def save_line(
    *,
    plan: SupportPlan,
    by: User,
    line: PlanLine | None = None,
    version: int | None = None,
    at: datetime | None = None,
    **fields: Any,
) -> PlanLine:
    """Add or change one line of the draft and work out what it costs. Help from family or friends
    costs nothing.

    `version`: the line's when the page was opened. NotYet, with the field, for a number that can't
    be.
    """
    unknown = set(fields) - set(LINE_FIELDS)
    if unknown:
        raise TypeError(f"A plan line has no {', '.join(sorted(unknown))}")
    with transaction.atomic():
        row = _draft(plan, by, "lines")
        if fields.keys() & OF_MONEY and not access.roles_of(row.case, by) & access.READS["money"]:
            raise NotYet(
                _("You were not given the money: somebody else fills in what things cost.")
            )
        if line is None:
            highest = row.lines.aggregate(n=Max("position"))["n"] or 0
            new = PlanLine(
                plan=row, position=highest + 1, quantity=Decimal(0), unit="hour", version=0
            )
        else:
            new = row.lines.select_for_update().get(pk=line.pk)
            if version is not None and version != new.version:
                raise Stale(_("Someone changed this part of the plan while you were writing."))
        was_free = new.free
        for name, value in fields.items():
            setattr(new, name, value)
        _refuse_elsewhere(new, row.case, by)
        _refuse_free(new, was_free, row.case, by)
        if fields.keys() & {"unit_rate", "begins_on"}:
            _take_rate(new, row.case, at)
        price_line(new, case_money.weeks_rule(_indicative(row.case)))
        new.version += 1
        new.save()
        _saved(row, at)
        _sign(row, by, at, shared_writing.line_place(new.pk))
        return new


def _indicative(case: Case) -> BudgetFigure | None:
    return (
        case.figures.filter(kind="indicative").select_related("calculation").order_by("-pk").first()
    )


def _refuse_elsewhere(line: PlanLine, case: Case, by: Any) -> None:
    """Met through somebody else's case: only with their agreement, written down by staff who work
    on both.
    """
    other = line.met_through
    if other is None:
        line.met_agreed_on = None
        return
    if (
        other.pk == case.pk
        or other.council_id != case.council_id
        or not access.roles_of(other, by) & journey.WORKER
    ):
        raise NotYet(
            _("There is no such case of another person that you work on."), field="met_through"
        )
    if line.met_agreed_on is None or line.met_agreed_on > dates.today():
        raise NotYet(
            _("Enter the day on which the other person agreed: today or earlier."),
            field="met_agreed_on",
        )


def _refuse_free(line: PlanLine, was: bool, case: Case, by: Any) -> None:
    """That nobody may be asked to pay towards it is the law's or the council's word, so staff write
    it down. Only what the council pays can be free.
    """
    if line.free and not was and not access.roles_of(case, by) & journey.WORKER:
        raise NotYet(_("Somebody at the council writes that down."), field="free")
    line.free = line.free and line.funder == "council"


def _take_rate(line: PlanLine, case: Case, at: datetime | None) -> None:
    """A price from the council's list is the one of the day on which the support begins."""
    if line.unit_rate is None or line.who == "family" or line.met_through_id:
        line.unit_rate = None
        return
    day = line.begins_on or dates.today(at)
    found = rates.rate_on(case.council_id, line.unit_rate.service, day)
    if found is None:
        raise NotYet(rates.none_on(case.council_id, line.unit_rate.service, day), field="unit_rate")
    line.unit_rate, line.rate, line.oncost_pct = found, found.amount, found.oncost_pct
    line.rate_source = found.source[:200]


def choose_routes(
    *, plan: SupportPlan, by: User, routes: dict[int, str], at: datetime | None = None
) -> SupportPlan:
    """Say for each paid line how the money is taken. `routes`: line id -> a code of
    `models.plan.ROUTES`.
    """
    with transaction.atomic():
        row = _draft(plan, by, "routes")
        for route in set(routes.values()):
            if route not in ROUTES:
                raise NotYet(_("Choose one of the ways to take the money."))
            chosen = [pk for pk, value in routes.items() if value == route]
            row.lines.filter(pk__in=chosen, funder="council", met_through=None).exclude(
                who="family"
            ).update(route=route, version=F("version") + 1)
        _saved(row, at)
        _sign(row, by, at, "routes")
        return row


def remove_line(*, plan: SupportPlan, line: PlanLine, by: User, at: datetime | None = None) -> None:
    """Take a line out of the draft."""
    with transaction.atomic():
        row = _draft(plan, by, "lines")
        row.lines.filter(pk=line.pk).delete()
        _saved(row, at)


def submit_plan(
    *,
    case: Case,
    by: User,
    on_behalf_of: Person | None = None,
    at: datetime | None = None,
    seen: int | None = None,
    version: int | None = None,
    note: str = "",
) -> SupportPlan:
    """Freeze the plan with its hash and send it to the nearest person who may agree it.

    `version`: the draft's as the sender read it through. NotYet with the first gap
    (`readiness.gaps`); its `field` names the part.
    """
    with transaction.atomic():
        case.hold()  # before the plan, as every move locks: two senders wait in one order
        plan = _draft_as_read(case, version)
        lines = list(plan.lines.all())
        budget = case_money.indicative(case)
        missing = readiness.gaps(
            plan, lines, case_money.cost_of_figure(budget), case_money.in_force(case)
        )
        if missing:
            raise NotYet(missing[0][1], field=missing[0][0])
        when = case_money.moment(case, at)
        plan.author_role = _author_role(case, by)
        plan.state, plan.submitted_at, plan.submitted_by = "submitted", when, by
        freeze(plan, lines, budget)
        plan.save()
        _record_cost(case, plan, case_money.council_cost(lines), by, when)
        case.move(
            "submit_plan",
            by=by,
            on_behalf_of=on_behalf_of,
            at=at,
            seen=seen,
            note=note,
            plan=plan.pk,
            route=case_money.route_of(lines),
        )
        return plan


def _draft_as_read(case: Case, version: int | None) -> SupportPlan:
    """The draft, locked. NotYet where there is none, Stale where it is not what the sender read."""
    plan = case.plans.select_for_update().filter(state="draft").first()
    if plan is None:
        raise NotYet(_("There is no plan to send."))
    if version is not None and version != plan.version:
        raise Stale(
            _(
                "Somebody changed the plan while this page was open. Read it once more "
                "before you send it."
            )
        )
    return plan


def _author_role(case: Case, by: User) -> str:
    roles = access.roles_of(case, by)
    return next((r for r in ("person", "delegate", "worker", "manager") if r in roles), "")


def _record_cost(case: Case, plan: SupportPlan, cost: Cost, by: User, when: datetime) -> None:
    """What the plan costs the council, as it was sent."""
    BudgetFigure.objects.create(
        case=case,
        kind="plan",
        annual=cost.annual,
        weekly=cost.weekly,
        one_off=cost.one_off,
        plan=plan,
        effective_from=dates.london_date(when),
        recorded_at=when,
        recorded_by=by,
    )


def freeze(plan: SupportPlan, lines: list[PlanLine], budget: BudgetFigure | None) -> None:
    """Keep what was sent: words, lines, budget and contribution, with the SHA-256 of it."""
    paid = case_money.contribution(plan.case)
    found = plan.case.determinations.order_by("-at", "-pk").values_list("pk", flat=True).first()
    plan.snapshot = {
        "plan": {name: getattr(plan, name) for name in PARTS},
        "lines": [_frozen(line) for line in lines],
        "indicative": {"annual": str(budget.annual), "one_off": str(budget.one_off)}
        if budget
        else None,
        "contribution": {"state": paid.state, "weekly": _text(paid.weekly)} if paid else None,
        "determination": found,
    }
    plan.digest = hashlib.sha256(canonical(plan.snapshot).encode()).hexdigest()


def _frozen(line: PlanLine) -> dict[str, Any]:
    names = {
        name: getattr(line, column(line, name).attname)
        for name in (*LINE_FIELDS, "annual", "weekly")
    }
    return {
        name: _text(value)
        for name, value in names.items()
        if name not in PLAIN or value != PLAIN[name]
    }


def as_sent(plan: SupportPlan, lines: list[PlanLine]) -> bool:
    """Are these the lines that were sent, by the snapshot and its hash?"""
    if plan.snapshot is None:
        return False
    whole = hashlib.sha256(canonical(plan.snapshot).encode()).hexdigest() == plan.digest
    return (
        whole and [json.loads(canonical(_frozen(line))) for line in lines] == plan.snapshot["lines"]
    )


def carry_starts(plan: SupportPlan, before: SupportPlan | None) -> None:
    """What started in the plan before and stays the same has started in this one too: nobody
    records it again.
    """
    if before is None:
        return
    starts = LineStart.objects.filter(line__plan=before).select_related("line")
    started = {root(start.line): start for start in starts}
    begun = {
        pk for pk in LineStart.objects.filter(line__plan=plan).values_list("line_id", flat=True)
    }
    rows = []
    for line in plan.lines.all():
        start = started.get(root(line))
        if start and line.pk not in begun and unchanged(start.line, line):
            rows.append(LineStart(line=line, started_on=start.started_on, event_id=start.event_id))
    LineStart.objects.bulk_create(rows)


def _text(value: Any) -> Any:
    """Decimals as plain text, so that 5, 5.00 and 5.000 freeze to the same words."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return value
