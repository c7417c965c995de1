"""Calibration for administrators: a sample in, three ways to price it side by side. Nothing is
stored or published.
"""

from decimal import Decimal

from django.shortcuts import render
from django.utils.translation import gettext as _

from budgets.allocation import calibration
from budgets.allocation.allocator import SchemeError, parse_scheme
from budgets.forms.studio import BAR, CalibrateForm
from budgets.money import uploads
from budgets.money.amount_words import number
from budgets.money.sterling import pounds
from budgets.views.studio import address, version_here
from cases.ui.components import Table

NAMES = {
    "linear": "One price for every point",
    "table": "The table, scaled",
    "rank": "Matched by rank",
}
SHOWN = 500  # lines of the sample on the page


def cost(text: str) -> Decimal:
    """What somebody cost in a year; without it nothing can be compared with it."""
    found = uploads.amount(text)
    if not found:
        raise ValueError("the cost must be more than £0.")
    return found


def calibrate(request, scheme, number):
    """Upload points and past cost; the three ways, who is covered, how far off, who wins and who
    loses.
    """
    version = version_here(request, scheme, number)
    form, report, shown = CalibrateForm(request.POST or None, request.FILES or None), [], None
    if request.method == "POST" and form.is_valid():
        try:
            shown = _worked_out(form, version)
        except uploads.BadUpload as wrong:
            report = wrong.problems
            form.add_error(
                "file",
                _(
                    "The file is refused, and nothing of it was taken. The report below "
                    "names each place."
                ),
            )
        except SchemeError as refusal:
            form.add_error(None, str(refusal))
    empty = {"summary": None, "sides": [], "lines": None, "scaled": "", "facts": [], "refused": []}
    return render(
        request,
        "budgets/calibration.html",
        empty
        | (shown or {})
        | {
            "form": form,
            "version": version,
            "back": address(version),
            "report": report,
        },
        status=422 if form.errors else 200,
    )


def _worked_out(form, version) -> dict:
    columns: dict[str, uploads.Reader] = {
        "points": uploads.number,
        "cost": cost,
        "group": uploads.words,
    }
    name, data = form.content()
    rows = uploads.read_rows(name, data, columns, optional=["group"])
    people = [calibration.Person(row["points"], row["cost"], row["group"] or "") for row in rows]
    given = form.cleaned_data
    found = calibration.calibrate(
        people,
        contingency=given["contingency"] / 100,
        pot=given["pot"],
        scheme=parse_scheme(version.definition),
    )
    return {
        "facts": _facts(found),
        "summary": _summary(found),
        "sides": [_sides(m) for m in found.methods],
        "lines": _lines(found),
        "scaled": _scaled(found),
        "refused": list(found.refused),
    }


def _facts(found) -> list[tuple[str, str]]:
    return [
        (_("People in the sample"), str(len(found.people))),
        (_("Their points"), number(found.points)),
        (_("Money of a year"), pounds(found.pot)),
        (_("To be shared out"), pounds(found.available)),
    ]


def _summary(found) -> Table:
    rows = []
    for m in found.methods:
        how = {
            "linear": m.price and pounds(m.price),
            "table": m.factor and f"× {m.factor:.4f}",
            "rank": _("before the share kept back"),
        }
        rows.append(
            [
                NAMES[m.code],
                str(how[m.code]),
                pounds(m.allocated),
                pounds(m.left),
                f"{m.covered} / {len(found.people)}",
                f"{m.difference}%",
            ]
        )
    head = [
        _("Way"),
        _("How"),
        _("Given out"),
        _("Left by rounding"),
        _("People covered"),
        _("Mean difference"),
    ]
    return Table(_("Three ways side by side"), head, rows, numeric={2, 3, 4, 5})


def _sides(method) -> Table:
    rows = [
        [
            s.group or _("Everybody"),
            str(s.people),
            str(s.gain),
            str(s.lose),
            str(s.same),
            pounds(s.old),
            pounds(s.new),
        ]
        for s in method.sides
    ]
    head = [
        _("Group"),
        _("People"),
        _("Get more"),
        _("Get less"),
        _("The same"),
        _("Cost"),
        _("Would get"),
    ]
    return Table(
        _("Who wins and who loses: %(way)s") % {"way": NAMES[method.code]},
        head,
        rows,
        numeric=set(range(1, 7)),
        caption_size="s",
    )


def _lines(found) -> Table:
    rows = []
    for place, person in enumerate(found.people[:SHOWN]):
        rows.append(
            [
                str(place + 1),
                person.group,
                number(person.points),
                pounds(person.cost),
                *(pounds(m.amounts[place]) for m in found.methods),
            ]
        )
    head = [_("Line"), _("Group"), _("Points"), _("Cost"), *(NAMES[m.code] for m in found.methods)]
    caption = _("The sample, line by line")
    if len(found.people) > SHOWN:
        caption = _("The first %(n)s lines of the sample") % {"n": SHOWN}
    return Table(caption, head, rows, numeric=set(range(2, len(head))), caption_size="s")


def _scaled(found) -> str:
    """The scaled table as the edit page takes it."""
    table = next((m.table for m in found.methods if m.code == "table"), ())
    return "\n".join(
        f"{number(r.start)} {BAR} {number(r.end)} {BAR} {'n/a' if r.amount is None else r.amount}"
        for r in table
    )
