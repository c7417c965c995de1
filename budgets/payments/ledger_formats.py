"""Which column layouts and which shape of creditor numbers a council's ledger has. Reading only.

Not here: what a layout may say (`budgets.ledger.layout_file`), and recording one (`actions`).
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from budgets.ledger import creditor_numbers, layout_file, layouts, samples
from budgets.ledger.layouts import AnswerLayout, Layout
from budgets.models import ChargeBatch, LedgerFormat, Payee, Payment, PaymentBatch
from budgets.money.uploads import ENCODINGS, BadUpload
from cases.models import Council

KNOWN = 200  # the verified numbers of a council that a new one is compared with
WHATS = ("regular", "owed", "recovered")  # what a payment of a batch is, in a layout's words
# kind of a file that goes out -> what its columns with codes are ever sent
SENT: dict[str, dict[str, Collection[str]]] = {
    "outgoing": {"payee_kind": list(Payee.KINDS), "what": WHATS},
    "charges": {"payee_kind": ["person"], "what": ["charge"]},
}
LONGEST = 20_000  # characters of a layout
DEFAULTS = {
    "outgoing": layout_file.as_text(layouts.DEFAULT),
    "charges": layout_file.as_text(layouts.DEFAULT),
    "answer": layout_file.as_text(layouts.DEFAULT_ANSWER),
    "creditor": "",
}


def standing(council: Council) -> dict[str, LedgerFormat]:
    """Kind -> the row that holds; kinds that the council never set are left out. One statement."""
    rows = LedgerFormat.objects.filter(council=council).select_related("recorded_by")
    return {row.kind: row for row in rows.order_by("pk")}


def last(council: Council, kind: str) -> LedgerFormat | None:
    """The row of one kind that holds."""
    return LedgerFormat.objects.filter(council=council, kind=kind).order_by("-pk").first()


def text_of(row: LedgerFormat | None, kind: str) -> str:
    """What holds, as it is shown and typed."""
    return row.text if row and row.text else DEFAULTS[kind]


@lru_cache(maxsize=64)
def _outgoing(text: str) -> Layout:
    return layout_file.read_layout(text)


def layout_of(batch: PaymentBatch) -> Layout:
    """The columns of a batch: the council's as they stood when it was claimed."""
    return _outgoing(text_of(batch.layout, "outgoing"))


def layouts_of_charges(lists: QuerySet[ChargeBatch]) -> dict[int, Layout]:
    """Id of each list of charges -> its columns: the council's own for charges as they stood when
    it was made; else those of its payments, where they say of a line that it is a charge. Else
    those that the service comes with: a charge must never be taken for a payment. One statement.
    """
    rows = LedgerFormat.objects.filter(
        council=OuterRef("council"), recorded_at__lte=OuterRef("made_at")
    )
    own, shared = (
        Subquery(rows.filter(kind=kind).order_by("-pk").values("text")[:1])
        for kind in ("charges", "outgoing")
    )
    return {
        pk: _outgoing(text) if text else _for_charges(_outgoing(other or DEFAULTS["outgoing"]))
        for pk, text, other in lists.values_list("pk", own, shared)
    }


def layout_of_charges(batch: ChargeBatch) -> Layout:
    """The columns of one list."""
    return layouts_of_charges(ChargeBatch.objects.filter(pk=batch.pk))[batch.pk]


def _for_charges(layout: Layout) -> Layout:
    says = [column for column in layout.columns if column.field == "what"]
    if says and all(not column.codes or "charge" in column.codes for column in says):
        return layout
    return _outgoing(DEFAULTS["outgoing"])


def answer_layout(council: Council) -> AnswerLayout:
    """The columns in which the council's ledger answers now."""
    return layout_file.read_answer_layout(text_of(last(council, "answer"), "answer"))


def what_of(payment: Payment) -> str:
    """A payment for new days, of what was owed alone, or with nothing left after an instalment."""
    if not payment.amount:
        return "recovered"
    return "regular" if payment.covers_from else "owed"


def narrative_of(payment: Payment) -> str:
    """What a bank statement may show: no more than 18 characters, and nothing about anybody."""
    if payment.covers_from and payment.covers_to:
        return f"DP {payment.covers_from:%d%m%y}-{payment.covers_to:%d%m%y}"
    return "DP arrears"


def mask(council: Council) -> str:
    """The shape of the council's creditor numbers; empty: none is set."""
    return text_of(last(council, "creditor"), "creditor")


def doubt(council: Council, number: str) -> str:
    """Why a creditor number is asked again: the council has set no shape, and its other verified
    numbers have another one. "" where nothing is unlikely, or the number is wrong by itself.
    """
    if mask(council) or creditor_numbers.check(number, ""):
        return ""
    known = Payee.objects.filter(case__council=council, verified_at__isnull=False)
    last_ones = known.order_by("-pk").values_list("creditor", flat=True)[:KNOWN]
    return creditor_numbers.doubt(number, last_ones)


def sample(kind: str, text: str) -> str:
    """A file as this layout makes it, to be looked at. BadUpload: every mistake of the layout."""
    try:
        if kind in SENT:
            layout = _outgoing(text)
            _check_codes(layout, SENT[kind])
            make = samples.charges_file if kind == "charges" else samples.outgoing_file
            return _shown(layout, make)
        return _shown(layout_file.read_answer_layout(text), samples.answer_file)
    except BadUpload:
        raise
    except ValueError as wrong:  # a value that does not fit its column
        raise BadUpload([str(wrong)]) from None


def _check_codes(layout: Layout, sent: dict[str, Collection[str]]) -> None:
    """A column with codes needs one for everything that is ever sent."""
    lacking = [
        _("Column “%(column)s”: there is no code for “%(word)s”.")
        % {"column": column.heading, "word": word}
        for column in layout.columns
        for word in (sent[column.field] if column.codes else ())
        if word not in column.codes
    ]
    if lacking:
        raise BadUpload(lacking)


def _shown(layout: Any, make: Any) -> str:
    return make(layout).decode(ENCODINGS[layout.encoding][1])


def problems(kind: str, text: str) -> list[str]:
    """What is wrong with a text of this kind, one sentence each; empty text: nothing."""
    if kind == "creditor":
        wrong = creditor_numbers.check_mask(text)
        return [wrong] if wrong else []
    try:
        if text:
            sample(kind, text)
    except BadUpload as wrong:
        return wrong.problems
    return []
