"""Forms that belong to no one case: a batch of payments, its confirmation, a provider of the
directory.
"""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from budgets.money.sterling import pounds
from cases.common import dates
from cases.ui.form_toolkit import day_field, yes_no


class OnceForm(forms.Form):
    """Carries its number, so that two presses have one effect."""

    key = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)

    def __init__(self, data=None, **options):
        super().__init__(
            data, initial={"key": uuid.uuid4()} | options.pop("initial", {}), **options
        )

    def facts(self) -> dict:
        return {k: v for k, v in self.cleaned_data.items() if k != "key" and v not in (None, "")}

    def refuse(self, no) -> None:
        """Show a refusal where it belongs, with everything typed kept."""
        self.add_error(no.field if no.field in self.fields else None, str(no.sentence))


class BatchForm(OnceForm):
    until = day_field(label=_("Pay what is due up to which day?"))

    def __init__(self, data=None):
        super().__init__(data, initial={"until": dates.today()})


class ReleaseForm(OnceForm):
    """Lines for days far back, and large sums for days gone by, are confirmed one by one; those
    that are not are left out.
    """

    def __init__(self, data=None, *, lines=()):
        super().__init__(data)
        asking = {
            str(p.number): _("Line %(n)s: %(ref)s, %(sum)s")
            % {"n": p.number, "ref": p.case.ref, "sum": pounds(p.amount)}
            for p in lines
            if p.asks_second and p.state == "claimed"
        }
        if asking:
            self.fields["confirmed"] = forms.MultipleChoiceField(
                choices=list(asking.items()),
                label=_("Which of these do you confirm as the second officer?"),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def facts(self) -> dict:
        found = super().facts()
        return found | {"confirmed": [int(number) for number in found.get("confirmed", ())]}


class ConfirmForm(OnceForm):
    """The ledger's answer. A line that came back is named with its reason: it is owed again."""

    ledger_ref = forms.CharField(label=_("The number the ledger gave it"), max_length=60)
    returned = forms.CharField(
        label=_("Payments that came back, one a line: its number and the reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: 12 account closed. Leave it empty if all were paid."),
    )

    def clean_returned(self):
        found: dict[int, str] = {}
        for text in self.cleaned_data["returned"].splitlines():
            number, _blank, why = text.strip().partition(" ")
            if not text.strip():
                continue
            if not (number.isascii() and number.isdigit() and len(number) < 9) or not why.strip():
                raise forms.ValidationError(
                    _("Begin each line with the number of the payment, then say why: %(line)s"),
                    params={"line": text.strip()},
                )
            if int(number) in found:
                raise forms.ValidationError(_("Line %(n)s is named twice."), params={"n": number})
            found[int(number)] = why.strip()[:200]
        return found


class ProviderForm(OnceForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    offers = forms.CharField(label=_("What do they offer?"), max_length=200, required=False)
    framework = yes_no(label=_("Is it on one of the council's frameworks?"))
