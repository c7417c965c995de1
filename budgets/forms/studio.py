"""Forms of the scheme studio and of calibration. Shape only: whether a scheme is sound is said by
its checks.
"""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from budgets.allocation.scheme_files import LISTS, from_file, value_of
from budgets.models import SchemeVersion
from budgets.models.scheme import POPULATIONS
from budgets.money.sterling import WEEKS
from budgets.money.uploads import LARGEST, BadUpload
from cases.caseload.filters import OwnChoiceField
from cases.common import dates
from cases.ui.form_toolkit import MoneyField, OnceForm, day_field, radios

BAR = "|"
ROWS = {
    "table": LISTS["table"],
    "rates": ("code", "label", "amount", "valid_from", "valid_to", "source"),
    "unpaid": ("level", "kept"),
}
TITLES = {
    "table": _("Table: from | to | pounds a year"),
    "rates": _("Hourly rates: code | what | pounds an hour | from | to | source"),
    "unpaid": _("Help from family and friends: code | share that stays"),
}
HINTS = {
    "table": _(
        "One row a line. Write n/a where the need is met by universal services: that is not 0."
    ),
    "rates": _(
        "One rate a line. Days as 2026-04-01, both included; leave the second empty where "
        "there is no end."
    ),
    "unpaid": _("One a line, the share between 0 and 1, such as 0.75."),
}


class SeenForm(OnceForm):
    """Changes a draft: `seen` is the checksum of what the page showed."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput, max_length=64)


def upload(label, hint=""):
    return forms.FileField(
        label=label,
        help_text=hint,
        error_messages={"required": _("Choose a file"), "empty": _("The file is empty")},
    )


class FileForm(forms.Form):
    """What is in the file, read once, never more of it than is taken anyway."""

    def content(self) -> tuple[str, bytes]:
        given = self.cleaned_data["file"]
        return given.name, given.read(LARGEST + 1)


class SchemeFileForm(FileForm):
    """A scheme as a file. `definition`: what is in it. `problems`: every line that is wrong, and
    then nothing of it is taken.
    """

    definition: dict | None = None
    problems: list[str] = []

    def clean(self):
        found = super().clean()
        if "file" not in self.cleaned_data:
            return found
        try:
            self.definition = from_file(*self.content())
        except BadUpload as wrong:
            self.problems = wrong.problems
            self.add_error(
                "file",
                _(
                    "The file is refused, and nothing of it was taken. The report below names "
                    "each place."
                ),
            )
        return found


class UploadForm(SchemeFileForm, SeenForm):
    file = upload(_("Scheme as JSON or XLSX"))


class NewSchemeForm(SchemeFileForm, OnceForm):
    code = forms.SlugField(
        label=_("Short name for its address"),
        max_length=40,
        help_text=_(
            "Small letters, figures and hyphens, such as adults. It can't be changed later."
        ),
    )
    population = radios(POPULATIONS, label=_("For whom is it?"))
    file = upload(_("Scheme as JSON or XLSX"))
    field_order = ["code", "population", "file"]


class EditForm(SeenForm):
    """What is easily changed in place; questions and worked examples are changed in the file."""

    name = forms.CharField(label=_("Name"), max_length=120)
    valid_from = day_field(label=_("In force from"))
    source = forms.CharField(label=_("Source"), max_length=300, required=False)
    warning = forms.CharField(
        label=_("Notice on every page that uses it"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example that something in it is invented."),
    )
    weeks = forms.ChoiceField(
        label=_("Weeks in a year"), choices=[(w, w) for w in WEEKS], required=False
    )
    price_per_point = forms.CharField(
        label=_("Price of a point, pounds a year"), max_length=20, required=False
    )

    def __init__(self, data=None, *, version):
        self.definition = definition = version.definition
        self.lists = {"table": "table", "rates": "rates", "unpaid": "unpaid_support_multipliers"}
        start = {
            "name": definition.get("name"),
            "source": definition.get("source"),
            "warning": definition.get("WARNING"),
            "weeks": str(definition.get("weeks") or ""),
            "valid_from": version.valid_from,
            "price_per_point": definition.get("price_per_point"),
        }
        super().__init__(data, initial=start)
        if definition.get("method") != "linear":
            del self.fields["price_per_point"]
        if definition.get("method") == "bands":
            del self.fields["weeks"]
        for name, field in self.lists.items():
            if definition.get(field):
                self.fields[name] = forms.CharField(
                    label=TITLES[name],
                    help_text=HINTS[name],
                    initial=as_lines(name, definition[field]),
                    widget=forms.Textarea(attrs={"rows": 12}),
                )

    def clean(self):
        found = super().clean()
        self.rows = {}
        for name in self.lists:
            if name in found:
                self.rows[name], problems = rows_of(name, found[name])
                for problem in problems:
                    self.add_error(name, problem)
        return found

    def changed(self) -> dict:
        """The definition with what was changed here."""
        given, new = self.cleaned_data, dict(self.definition)
        fields = {
            "name": "name",
            "source": "source",
            "warning": "WARNING",
            "weeks": "weeks",
            "price_per_point": "price_per_point",
        }
        for name, field in fields.items():
            if name in given and (given[name] or field in new):
                new[field] = given[name]
        for name, rows in self.rows.items():
            if name == "unpaid":
                new["unpaid_support_multipliers"] = {row["level"]: row["kept"] for row in rows}
            else:
                new[self.lists[name]] = [
                    row | {"unit": "hour"} if name == "rates" else row for row in rows
                ]
        return new


def as_lines(name: str, value) -> str:
    """A list of the definition as lines to edit."""
    rows = [{"level": k, "kept": v} for k, v in value.items()] if name == "unpaid" else value

    def said(row, field):
        value = row.get(field)
        return ("n/a" if field == "amount_year" else "") if value is None else str(value)

    return "\n".join(
        f" {BAR} ".join(said(row, field) for field in ROWS[name]).strip() for row in rows
    )


def rows_of(name: str, text: str) -> tuple[list[dict], list[str]]:
    """(rows, problems) of what was typed, each problem with its line."""
    rows, problems, fields = [], [], ROWS[name]
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.split(BAR)]
        if not line.strip():
            continue
        if len(cells) != len(fields):
            words = {"line": number, "n": len(cells), "wanted": len(fields)}
            problems.append(_("Line %(line)s has %(n)s parts, not %(wanted)s.") % words)
            continue
        pairs = zip(fields, cells, strict=True)
        rows.append({field: value_of(field, cell) for field, cell in pairs if cell})
    return rows, problems


class PublishForm(SeenForm):
    """Who approved it and when, and the first day it holds."""

    approved_by = forms.CharField(
        label=_("Who approved it?"),
        max_length=120,
        help_text=_("For example a committee, or the director by name."),
    )
    approved_on = day_field(label=_("On what day?"))
    valid_from = day_field(label=_("In force from"))

    def __init__(self, data=None, *, version, seen):
        start = {"seen": seen, "valid_from": version.valid_from, "approved_on": dates.today()}
        super().__init__(data, initial=start)


class CompareForm(forms.Form):
    """With which version of the same scheme."""

    version = OwnChoiceField(
        queryset=SchemeVersion.objects.none(), label=_("Compare with"), empty_label=None
    )

    def __init__(self, data=None, *, versions):
        super().__init__(data)
        self.fields["version"].queryset = versions


class CalibrateForm(FileForm, forms.Form):
    """A sample and the money. It is read, worked out and forgotten."""

    file = upload(
        _("Sample as CSV or XLSX"),
        _(
            "Columns: points, cost (pounds in a year), and group if you want. No names and "
            "no references."
        ),
    )
    contingency = forms.DecimalField(
        label=_("Share kept back, in percent"),
        min_value=0,
        max_value=Decimal("99.99"),
        decimal_places=2,
        initial=Decimal(10),
        widget=forms.TextInput(
            attrs={"suffix": "%", "inputmode": "decimal", "class": "govuk-input--width-4"}
        ),
        help_text=_("For overrides and what nobody foresaw."),
    )
    pot = MoneyField(
        label=_("Money of a year"),
        required=False,
        help_text=_("Leave it empty for what the sample cost altogether."),
    )
