"""Forms of going live: two tables, a pay day of the ledger, what to do with either, a difference
that may stand, and which cases go live. Shape only.
"""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from budgets.forms.studio import FileForm, upload
from budgets.ledger.running import Table
from budgets.money.uploads import LARGEST
from cases.ui.form_toolkit import OnceForm, day_field, radios

LOOK_AGAIN = _("Look at the list again.")


class TablesForm(OnceForm):
    """The two tables of money that runs."""

    cases = upload(_("Table of cases, CSV or XLSX"), _("One row a case."))
    lines = upload(_("Table of lines, CSV or XLSX"), _("One row for each support of a case."))

    def tables(self) -> tuple[Table, Table]:
        """Both, read once and never more of them than is taken anyway."""
        cases, lines = (
            Table(given.name, given.read(LARGEST + 1))
            for given in (self.cleaned_data["cases"], self.cleaned_data["lines"])
        )
        return cases, lines


class PayDayForm(FileForm, OnceForm):
    on = day_field(label=_("Which pay day?"))
    file = upload(
        _("What the ledger pays on that day, CSV or XLSX"),
        _(
            "Columns: reference or creditor, amount, date, from, to. From and to are the days "
            "that the payment covers."
        ),
    )

    def table(self) -> Table:
        return Table(*self.content())


class DoForm(OnceForm):
    """What to do with it, of what the reader may do."""

    def __init__(self, data=None, *, choices):
        super().__init__(data)
        self.fields["do"] = radios(choices, label=_("What do you want to do?"))


class SmallBalancesForm(OnceForm):
    """The sums that were looked at, as they stood on the page: another list by now is refused."""

    looked = forms.JSONField(widget=forms.HiddenInput, error_messages={"invalid": LOOK_AGAIN})

    def __init__(self, data=None, *, sums):
        super().__init__(data)
        self.fields["looked"].initial = {str(case): str(sum_) for case, sum_ in sums.items()}

    def clean_looked(self):
        given = self.cleaned_data["looked"]
        try:
            return {int(case): Decimal(sum_) for case, sum_ in dict(given).items()}
        except (TypeError, ValueError, ArithmeticError):
            raise forms.ValidationError(LOOK_AGAIN) from None

    def looked_at(self) -> dict[int, Decimal]:
        """Id of a case -> what was paid too much."""
        return self.cleaned_data["looked"]


class AcceptForm(OnceForm):
    reason = forms.CharField(
        label=_("Why may this difference stand?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stays on record with your name. The person can ask to read it."),
    )


class LiveForm(OnceForm):
    """Which of the cases on this page go live."""

    def __init__(self, data=None, *, choices):
        super().__init__(data, initial={"cases": [code for code, _label in choices]})
        self.fields["cases"] = forms.TypedMultipleChoiceField(
            choices=choices,
            coerce=int,
            label=_("Which of these go live?"),
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one case.")},
        )
