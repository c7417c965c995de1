"""How the money is taken and looked after, as people read it: ready tables and rows. Reading only,
no rules.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from budgets.models import Concern, HeldAccount, HeldEntry, LinePrice, PlanLine, Restriction
from budgets.models.plan import ROUTE_NAMES
from budgets.money.sterling import pounds
from budgets.payments import monitoring, routes
from budgets.payments.payment_audit import Chain
from budgets.position import money_presenter, what_came
from cases import journey
from cases.models import Case
from cases.ui.components import Badge, Table
from cases.ui.date_words import day


def lines_table(
    lines: Iterable[PlanLine], waiting: dict[int, str], since: date | None = None
) -> Table:
    """Each part with its way, from whom, and when it began or whom it waits on. `since`: from which
    later day they hold.
    """
    rows = []
    for line in lines:
        orders = list(line.orders.all())
        began = _began(line, orders, waiting)
        who = orders[-1].provider if orders else line.provider
        rows.append(
            [
                [line.what, _("Support for a time") if _for_a_time(line) else ""],
                str(ROUTE_NAMES[line.route]),
                who or str(line.get_who_display()),
                began,
                pounds(line.annual),
            ]
        )
    head = [
        _("Support"),
        _("Way to take the money"),
        _("From whom"),
        _("Began on"),
        _("A year, or once"),
    ]
    caption = _("The paid parts of the plan")
    if since:
        caption = _("Decided for later: the paid parts from %(day)s on") % {"day": day(since)}
    return Table(caption, head, rows, numeric={4}, empty=_("No plan is agreed yet."))


def _for_a_time(line: PlanLine) -> bool:
    return line.plan.state == "extra"


def _began(line: PlanLine, orders: list[Any], waiting: dict[int, str]) -> Any:
    """The day a part began, or whom it waits on. Support for a time counts from its agreed day, so
    of that it is said whether it is ordered.
    """
    if hasattr(line, "start"):
        return day(line.start.started_on)
    if not _for_a_time(line):
        return _waits(waiting.get(line.pk, ""))
    if orders:
        return day(orders[0].begins_on)
    needs = line.route in journey.routes_needing("order")
    agreed = _("Agreed from %(day)s") % {"day": day(line.begins_on)}
    return [agreed, _waits("worker") if needs else ""]


def _waits(role: str) -> Badge:
    return Badge(
        _("Waits for: %(who)s") % {"who": journey.TURN_NAMES[role]} if role else _("Not yet"),
        "yellow",
    )


def choices_table(lines: Iterable[PlanLine], came: Iterable[LinePrice] = ()) -> Table:
    """What was chosen, ordered and not to be had, for each part the council arranges; and what was
    said of days on which it did not come or cost less (`came`).
    """
    rows: list[list[Any]] = []
    for line in lines:
        for choice in line.choices.all():
            offered = choice.offered or _("nothing else")
            what = [choice.chosen, _("First offered: %(what)s") % {"what": offered}, choice.differs]
            rows.append([line.what, _("Chosen"), what, choice.chosen_by, day(choice.chosen_on)])
        for order in line.orders.all():
            until = _(" until %(day)s") % {"day": day(order.ends_on)} if order.ends_on else ""
            rows.append(
                [
                    line.what,
                    _("Ordered"),
                    [order.what, order.reference],
                    order.provider,
                    day(order.begins_on) + until,
                ]
            )
        for unmet in line.unmet.all():
            rows.append(
                [
                    line.what,
                    Badge(_("Could not be had"), "yellow"),
                    [unmet.wanted, str(unmet.get_reason_display())],
                    "",
                    day(unmet.recorded_at),
                ]
            )
    rows += [_came(row) for row in came]
    head = [_("Support"), _("What happened"), _("What"), _("Who"), _("When")]
    return Table(
        _("What was chosen and ordered"), head, rows, empty=_("Nothing is written down yet.")
    )


def _came(row: LinePrice) -> list[Any]:
    said = [what_came.came_words(row.line, row.amount), row.why]
    days = what_came.days_words(row.begins_on, row.ends_on)
    return [row.line.what, _("What came"), said, "", days]


def account_rows(case: Case, account: HeldAccount | None) -> list[tuple[str, Any]]:
    """The account a provider holds, with what stands in it and what is left over."""
    if account is None:
        return []
    stands, found = routes.held_balance(case), monitoring.held_surplus(case, account)
    signed = {"n": account.version, "day": day(account.signed_on)}
    rows = [
        (_("Held by"), account.provider),
        (_("Who says what it is spent on"), account.directed_by),
        (_("Agreement"), _("Version %(n)s, signed on %(day)s") % signed),
        (_("A year"), pounds(account.annual)),
        (
            _("What stands in it"),
            _("Not known: nothing is entered yet")
            if stands is None
            else money_presenter.signed(stands),
        ),
    ]
    rows += money_presenter.surplus_rows(stands, found, None)[1:] if found else []
    return rows + ([(_("What is agreed"), "\n".join(account.terms))] if account.terms else [])


def entries_table(entries: Iterable[HeldEntry]) -> Table:
    """Every movement of a held account; a corrected one stays in sight and counts no more."""
    rows = [
        [
            day(e.on),
            str(e.get_kind_display()),
            [e.what, Badge(_("Corrected"), "grey") if hasattr(e, "corrected_by") else ""],
            pounds(e.amount) if e.kind in e.IN else f"-{pounds(e.amount)}",
        ]
        for e in entries
    ]
    return Table(
        _("Movements of the account"),
        [_("On"), _("What happened"), _("What for"), _("Amount")],
        rows,
        numeric={3},
        empty=_("Nothing is entered yet."),
    )


def checks_table(case: Case) -> Table:
    """What was asked and said so far."""
    rows = []
    for c in case.checks.order_by("-pk"):
        period = _("%(a)s to %(b)s") % {"a": day(c.period_from), "b": day(c.period_to)}
        said = (
            Badge(_("Not answered yet"), "yellow")
            if c.balance is None
            else money_presenter.signed(c.balance)
        )
        planned = f"{pounds(c.planned_use)}: {c.planned_for}" if c.planned_use else ""
        rows.append([day(c.asked_at), period, str(c.get_tier_display()), said, planned])
    head = [_("Asked on"), _("For"), _("How closely"), _("In the account"), _("Meant for")]
    return Table(_("What was asked so far"), head, rows, empty=_("Nothing was asked yet."))


def restrictions_table(rows: Iterable[Restriction], with_case: bool) -> Table:
    """The register of limits: what, the legal reason, who answers for it, until when."""
    found = []
    for r in rows:
        until = _("ended on %(day)s") % {"day": day(r.lifted_on)} if r.lifted_on else day(r.ends_on)
        found.append(
            [
                *([r.case.ref] if with_case else []),
                r.what,
                r.legal_reason,
                r.owner,
                day(r.begins_on),
                until,
            ]
        )
    head = [
        _("What the money may not be used for"),
        _("Legal reason"),
        _("Who answers for it"),
        _("From"),
        _("Until"),
    ]
    return Table(
        _("Limits on the use of the money"),
        [*([_("Case")] if with_case else []), *head],
        found,
        empty=_("There is no limit."),
    )


def concerns_table(rows: Iterable[Concern]) -> Table:
    """Worries, for those who may read them."""
    found = [
        [
            day(c.raised_at),
            c.reason,
            str(c.get_support_first_display()),
            _("Yes") if c.safeguarding else _("No"),
            [str(c.get_outcome_display()), c.finding]
            if c.closed_at
            else Badge(_("Open"), "yellow"),
        ]
        for c in rows
    ]
    head = [
        _("Raised on"),
        _("The worry"),
        _("Tried first"),
        _("Safeguarding"),
        _("What came of it"),
    ]
    return Table(_("Worries about the payment"), head, found)


def final_table(case: Case) -> Table:
    """How the final account was settled."""
    rows = [
        [
            day(f.settled_at),
            f.contact,
            pounds(f.balance),
            pounds(f.owed),
            f"{f.get_outcome_display()}: {pounds(f.amount)}",
            f.reason,
        ]
        for f in case.final_accounts.order_by("pk")
    ]
    head = [
        _("Settled on"),
        _("With whom"),
        _("In the account"),
        _("Still owed"),
        _("Outcome"),
        _("How it was worked out"),
    ]
    return Table(
        _("The final account"), head, rows, numeric={2, 3}, empty=_("It is not settled yet.")
    )


def chain_parts(chain: Chain) -> list[tuple[str, list[tuple[str, Any]]]]:
    """(heading, rows) of each part of the chain, from the payment back to the calculation."""
    return [
        (_("1. The payment"), _payment_rows(chain.payment)),
        (_("2. The agreement"), _agreement_rows(chain)),
        (_("3. The plan and the decision"), _decision_rows(chain)),
        (_("4. The first idea of the money"), _first(chain)),
    ]


def _who_when(who: Any, moment: Any) -> str:
    return _("%(who)s on %(day)s") % {"who": who, "day": day(moment)}


def _payment_rows(payment: Any) -> list[tuple[str, Any]]:
    return [
        (_("Amount"), pounds(payment.amount)),
        *money_presenter.parts_of_payment(payment),
        (_("Due"), day(payment.on)),
        (_("For"), money_presenter.covered(payment)),
        (_("Batch"), _batch(payment)),
    ]


def _agreement_rows(chain: Chain) -> list[tuple[str, Any]]:
    agreement = chain.payment.agreement
    if agreement is None:
        return []
    return [
        (_("Version"), str(agreement.version)),
        (_("Signed by"), _who_when(agreement.signed_by, agreement.signed_on)),
        (_("Recorded by"), _who_when(agreement.made_by, agreement.made_at)),
        (
            _("Contribution, as last recorded"),
            money_presenter.contribution_words(chain.contribution),
        ),
    ]


def _decision_rows(chain: Chain) -> list[tuple[str, Any]]:
    decided = chain.decided
    rows = [(_("Plan"), _("Version %(n)s") % {"n": chain.plan.number})] if chain.plan else []
    if decided:
        cost = money_presenter.cost_of_figure(decided)
        rows += [
            (_("Decided budget"), money_presenter.in_short(cost)),
            (_("Decided by"), _who_when(decided.recorded_by, decided.recorded_at)),
        ]
        if decided.reason_code:
            rows.append(
                (_("Why it differs"), f"{decided.get_reason_code_display()}: {decided.reason_text}")
            )
    if chain.signed:
        role = journey.TURN_NAMES.get(chain.signed.role, chain.signed.role)
        rows.append((_("Agreed by"), f"{_who_when(chain.signed.by, chain.signed.at)}, {role}"))
    if chain.offer:
        rows.append((_("A proposal that was accepted"), day(chain.offer.answered_at)))
    return rows


def _first(chain: Chain) -> list[tuple[str, Any]]:
    if chain.indicative is None:
        return [(_("Indicative budget"), _("None was worked out"))]
    rows = [
        (
            _("Indicative budget"),
            money_presenter.in_short(money_presenter.cost_of_figure(chain.indicative)),
        ),
        (_("Recorded on"), day(chain.indicative.recorded_at)),
    ]
    if chain.run and chain.run.version:
        scheme = {"name": chain.run.version.scheme.name, "n": chain.run.version.number}
        rows.append((_("By which rules"), _("%(name)s, version %(n)s") % scheme))
    elif chain.run:
        rows.append((_("By which rules"), chain.run.trace["scheme"]["name"]))
    return rows


def _batch(payment: Any) -> str:
    if payment.batch_id is None:
        return _("Paid before this service paid")
    batch = payment.batch
    said = {"n": batch.number, "who": batch.made_by, "day": day(batch.made_at)}
    found = _("Number %(n)s, made by %(who)s on %(day)s") % said
    if batch.confirmed_at:
        done = {"who": batch.confirmed_by, "day": day(batch.confirmed_at), "ref": batch.ledger_ref}
        found += _("; confirmed by %(who)s on %(day)s, ledger %(ref)s") % done
    return found
