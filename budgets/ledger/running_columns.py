"""The columns of the two tables of running payments: their names, which may be left out, and how
each is read. What may stand beside each other: `running`.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from budgets.entitlement import facts
from budgets.entitlement.facts_file import FIRST_YEAR, LAST_YEAR
from budgets.ledger import creditor_numbers
from budgets.money import uploads
from budgets.money.uploads import Reader

MOST_QUANTITY = 9999  # units a week, as of a plan line
LONGEST_ID = 40  # characters
OLDEST = 1900  # the first year in which somebody was born
PAYEE = ("agreement_from", "basis", "account", "payee_kind", "creditor_number")
PERSON = (
    *("born", "kind", "contact_by", "contact_note", "email", "phone", "address"),
    *("communication", "need_group", "team", "worker"),
)
CASE_OPTIONAL = (
    *("person", "name", *PERSON, *PAYEE, "payee_name", "cycle_weeks", "pay_day"),
    *("contribution_weekly", "contribution_from", "told_on"),
    *("paid_to", "charged_to", "balance_held", "reviewed_on"),
)
LINE_OPTIONAL = (
    *("route", "funder", "quantity", "rate", "amount", "to", "weeks", "free", "outcome"),
)
_FINE_RATE = re.compile(r"£? ?[0-9]{1,6}\.[0-9]{3,4}")  # pounds with parts of a penny
_PHONE = re.compile(r"[0-9 ()+-]{3,30}")


class Choices(NamedTuple):
    """The codes that may stand in a column, as the tables of the council's record have them."""

    payee_kinds: Sequence[str]
    accounts: Sequence[str]
    kinds: Sequence[str]
    contact_by: Sequence[str]
    communication: Sequence[str]
    need_groups: Sequence[str]
    who: Sequence[str]
    outcomes: Sequence[str]


def case_columns(choices: Choices, mask: str) -> dict[str, Reader]:
    """The table of cases: one row a case."""
    return {
        "case": _reference,
        "person": _reference,
        "name": uploads.words,
        "born": _birthday,
        "kind": uploads.one_of(*choices.kinds),
        "contact_by": uploads.one_of(*choices.contact_by),
        "contact_note": lambda text: uploads.words(text, 300),
        "email": _email,
        "phone": _phone,
        "address": lambda text: uploads.words(text, 500),
        "communication": uploads.one_of(*choices.communication),
        "need_group": uploads.one_of(*choices.need_groups),
        "team": uploads.words,
        "worker": lambda text: uploads.words(text, 254).casefold(),
        "decided_from": _day,
        "plan": _number_from_one(10**9),
        "agreement_from": _day,
        "basis": uploads.one_of(*facts.BASES),
        "account": uploads.one_of(*choices.accounts),
        "cycle_weeks": uploads.one_of(*(str(weeks) for weeks in facts.CYCLES)),
        "pay_day": _day,
        "payee_kind": uploads.one_of(*choices.payee_kinds),
        "payee_name": lambda text: uploads.words(text, 120),
        "creditor_number": _creditor_number(mask),
        "contribution_weekly": uploads.amount,
        "contribution_from": _day,
        "told_on": _day,
        "paid_to": _day,
        "charged_to": _day,
        "balance_held": uploads.amount,
        "reviewed_on": _day,
    }


def line_columns(choices: Choices) -> dict[str, Reader]:
    """The table of lines: one row for each support of a case."""
    return {
        "case": _reference,
        "line": lambda text: uploads.words(text, LONGEST_ID),
        "what": uploads.words,
        "who": uploads.one_of(*choices.who),
        "outcome": uploads.one_of(*choices.outcomes),
        "route": uploads.one_of(*facts.ROUTES),
        "funder": uploads.one_of(*facts.FUNDERS),
        "unit": uploads.one_of(*facts.UNITS),
        "quantity": _quantity,
        "rate": _rate,
        "amount": uploads.amount,
        "from": _day,
        "to": _day,
        "weeks": _number_from_one(53),
        "free": uploads.one_of("yes", "no"),
    }


def _reference(text: str) -> str:
    return uploads.words(text, LONGEST_ID).upper()


def _day(text: str) -> date:
    found = uploads.day(text)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(
            _("“%(text)s” is not from %(first)s to %(last)s.")
            % {"text": text[:20], "first": FIRST_YEAR, "last": LAST_YEAR}
        )
    return found


def _number_from_one(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        found = uploads.whole(text)
        if not 1 <= found <= most:
            raise ValueError(_("it must be from 1 to %(most)s.") % {"most": most})
        return found

    return read


def _quantity(text: str) -> Decimal:
    found = uploads.number(text)
    if found > MOST_QUANTITY or found != found.quantize(Decimal("0.01")):
        what = _("it must be at most %(most)s, with no more than two figures after the point.")
        raise ValueError(what % {"most": MOST_QUANTITY})
    return found


def _rate(text: str) -> Decimal:
    """Pounds for one unit: some are agreed in parts of a penny."""
    if _FINE_RATE.fullmatch(text):
        return Decimal(text.removeprefix("£").strip())
    return uploads.amount(text)


def _creditor_number(mask: str) -> Reader:
    def read(text: str) -> str:
        wrong = creditor_numbers.check(text, mask)
        if wrong:
            raise ValueError(wrong)
        return creditor_numbers.normal(text)

    return read


def _birthday(text: str) -> date:
    found = uploads.day(text)
    if found.year < OLDEST:
        raise ValueError(_("a date of birth before %(year)s.") % {"year": OLDEST})
    return found


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise ValueError(_("“%(text)s” is no e-mail address.") % {"text": text[:40]}) from None
    return text


def _phone(text: str) -> str:
    if not _PHONE.fullmatch(text):
        raise ValueError(_("“%(text)s” is no telephone number.") % {"text": text[:40]})
    return text
