"""Forms of those who decide on a plan: agree, send back, propose a change, refer to the panel."""

from decimal import Decimal

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from budgets.forms.fields import AmountField
from budgets.models.figure import DIFFERENCES
from cases import journey
from cases.common.likely_days import SOON
from cases.ui.form_toolkit import (
    PERSON_READS,
    CaseForm,
    add_told,
    day_field,
    long_text,
    radios,
    yes_no,
)


class AgreeForm(CaseForm):
    """The decision. Where the plan's cost is not the indicative budget, the reason is asked for;
    where less is spent than now, how each need is still met; where a budget is in force, from which
    day the change applies.
    """

    note = long_text(
        label=_("The reasons for your decision (optional)"), required=False, help_text=PERSON_READS
    )

    def __init__(self, data=None, *, case, differs, panel=False, less=(), changes=False, notice=""):
        """`less`: (outcome, its words) of each need on which less is spent. `notice`: where less is
        given than now, from which day at the earliest and why.
        """
        super().__init__(data, case=case)
        self.less = [code for code, _title in less]
        if panel:
            del self.fields["note"]
            self.fields["written_reasons"] = long_text(
                label=_("The panel's reasons, in writing"), help_text=PERSON_READS
            )
        if differs:
            choices = [
                ("", _("Choose one")),
                *((k, v) for k, v in DIFFERENCES.items() if k != "offer"),
            ]
            self.fields["reason_code"] = forms.ChoiceField(
                label=_("Why is the decided budget not the indicative one?"), choices=choices
            )
            self.fields["reason_text"] = long_text(
                label=_("In plain words"), help_text=PERSON_READS
            )
        for code, title in less:
            label = _("Less is spent on this. How is the need still met? %(title)s") % {
                "title": title
            }
            self.fields[f"still_met_{code}"] = long_text(label=label, help_text=PERSON_READS)
        if changes:
            self.money_days = {"effective_from": SOON}
            self.fields["effective_from"] = day_field(
                label=_("From which day does the change apply?"),
                required=False,
                help_text=format_lazy(
                    "{rule} {empty}", rule=notice, empty=_("Leave it empty for that day.")
                )
                if notice
                else _(
                    "Leave it empty for today. An earlier day means that the difference is owed."
                ),
            )

    def facts(self) -> dict:
        given = super().facts()
        met = {code: given.pop(f"still_met_{code}", "") for code in self.less}
        return given | ({"still_met": met} if met else {})


class ReturnForm(CaseForm):
    reason = long_text(label=_("What has to change, and why?"), help_text=PERSON_READS)


ONLY_IF_THERE = _("Only where there is support meanwhile.")


class ReferForm(CaseForm):
    exception = radios(journey.EXCEPTIONS, label=_("Which exception is it?"))
    reason = long_text(label=_("Why does the panel have to look at it?"), help_text=PERSON_READS)
    interim_support = yes_no(label=_("Is there support meanwhile?"))
    interim_who = forms.CharField(
        label=_("Who gives it?"), max_length=200, required=False, help_text=ONLY_IF_THERE
    )
    interim = long_text(label=_("What support, or why none?"), help_text=PERSON_READS)
    interim_from = day_field(label=_("From which day?"), required=False, help_text=ONLY_IF_THERE)


class OfferForm(CaseForm):
    """Each line with its quantity and rate as planned; what is changed needs what differs, why, and
    how it is met.
    """

    note = long_text(label=_("Anything else the person should know (optional)"), required=False)

    def __init__(self, data=None, *, case, lines):
        super().__init__(data, case=case)
        self.lines = list(lines)
        note = self.fields.pop("note")
        for line in self.lines:
            self._add(line)
        self.fields["note"] = note

    def _add(self, line):
        often = _("How much (%(unit)s)") % {"unit": line.get_unit_display()}
        for name, label in (("quantity", often), ("rate", _("Cost of one, in £"))):
            value = getattr(line, name)
            whole = name == "quantity"
            self.fields[f"{name}_{line.pk}"] = AmountField(
                label=label,
                places=2 if whole else 4,
                most=Decimal(9999) if whole else Decimal("999999.9999"),
                sign="",
                initial=f"{value.normalize():f}",
            )
        for name, label in (
            ("differs", _("What differs")),
            ("why", _("Why")),
            ("still_met", _("How the need is still met")),
        ):
            self.fields[f"{name}_{line.pk}"] = forms.CharField(
                label=label,
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def groups(self):
        """(line, its five fields), for the page."""
        names = ("quantity", "rate", "differs", "why", "still_met")
        return [(line, [self[f"{name}_{line.pk}"] for name in names]) for line in self.lines]

    def changes(self) -> list[dict]:
        """Only the lines that were touched, as `actions.offer_changed` takes them."""
        found = []
        for line in self.lines:
            entry = {
                name: self.cleaned_data[f"{name}_{line.pk}"]
                for name in ("quantity", "rate", "differs", "why", "still_met")
            }
            same = (entry["quantity"], entry["rate"]) == (line.quantity, line.rate)
            if not same or entry["differs"] or entry["why"] or entry["still_met"]:
                found.append(entry | {"line": line.pk})
        return found


def ask_how(form: CaseForm) -> None:
    """Recording for the person: how they said it, and that it was read back to them."""
    add_told(form, form.case.person.name)
