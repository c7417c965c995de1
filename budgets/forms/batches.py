"""Forms of the batches for the finance ledger: making one, its lines, its release, and what the
ledger answered.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from budgets.forms.studio import upload
from budgets.money.sterling import pounds
from budgets.money.uploads import LARGEST
from cases.common import dates
from cases.ui.form_toolkit import OnceForm, day_field

SHOW = {
    "": _("All lines"),
    "asks": _("Asks a second officer’s word"),
    "claimed": _("Not answered yet"),
    "left_out": _("Left out"),
    "paid": _("Paid"),
    "returned": _("Returned by the bank"),
}


class BatchForm(OnceForm):
    until = day_field(
        label=_("Pay what is due up to which day?"),
        help_text=_("What is due on a weekend or bank holiday right after it goes too."),
    )

    def __init__(self, data=None, *, unsplit=0, balances=0):
        """`unsplit`: cases with aftercare to split before the council's first batch; `balances`:
        cases that were paid elsewhere, and whose balance somebody looks at before.
        """
        super().__init__(data, initial={"until": dates.today()})
        if balances:
            words = ngettext_lazy(
                "I have looked at the balance of %(n)s case that was paid elsewhere before",
                "I have looked at the balances of %(n)s cases that were paid elsewhere before",
                balances,
            )
            self.fields["balances"] = forms.BooleanField(
                label=words % {"n": balances},
                required=False,
                help_text=_("They are listed under “Going live with money already running”."),
            )
        if unsplit:
            words = ngettext_lazy(
                "Make it though aftercare under section 117 of %(n)s case waits to be split",
                "Make it though aftercare under section 117 of %(n)s cases waits to be split",
                unsplit,
            )
            self.fields["unsplit"] = forms.BooleanField(
                label=words % {"n": unsplit},
                required=False,
                help_text=_("What the council pays of it is in no payment until it is split."),
            )


class ExtraBatchForm(OnceForm):
    """Nothing to fill in: all that came back and may go again."""


class LinesForm(forms.Form):
    """Which lines of a batch are shown. Sent by GET."""

    show = forms.ChoiceField(label=_("Which lines?"), choices=list(SHOW.items()), required=False)
    ref = forms.CharField(label=_("Reference of the case"), max_length=20, required=False)


class ReleaseForm(OnceForm):
    """Lines for days far back, and large sums for days gone by, are confirmed one by one; those
    that are not are left out. `shown`: which were looked at, so that nothing is left out unseen.
    """

    shown = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)

    def __init__(self, data=None, *, asking=()):
        self._now = ",".join(str(p.number) for p in asking)
        super().__init__(data, initial={"shown": self._now})
        choices = [
            (
                str(p.number),
                _("Line %(n)s: %(ref)s, %(sum)s")
                % {"n": p.number, "ref": p.case.ref, "sum": pounds(p.amount)},
            )
            for p in asking
        ]
        if choices:
            self.fields["confirmed"] = forms.MultipleChoiceField(
                choices=choices,
                label=_("Which of these do you confirm as the second officer?"),
                help_text=_(
                    "They are for days far back, or large sums for days gone by. Those you leave "
                    "stay owed."
                ),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def clean(self):
        if self.cleaned_data.get("shown") != self._now:
            raise forms.ValidationError(
                _("Somebody else has changed this meanwhile. Open the page again.")
            )
        return super().clean()

    def facts(self) -> dict[str, Any]:
        found = super().facts()
        return {
            "confirmed": [int(number) for number in found.get("confirmed", ())],
            "shown": [int(number) for number in self._now.split(",") if number],
        }


class LeaveOutForm(OnceForm):
    why = forms.CharField(
        label=_("Why is it left out?"),
        max_length=200,
        help_text=_("It stays owed. The person can ask to read the reason."),
    )


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


class AnswerFileForm(OnceForm):
    """The file that the ledger sent back. `problems`: every line of it that is wrong."""

    problems: list[str] = []
    file = upload(
        _("The ledger’s answer file"), _("It is read and shown first. Nothing counts before that.")
    )

    def __init__(self, data=None, files=None):
        super().__init__(data, files=files)

    def facts(self) -> dict[str, Any]:
        given = self.cleaned_data["file"]
        return {"name": given.name, "data": given.read(LARGEST + 1)}

    def refuse(self, no) -> None:
        self.problems = getattr(no, "problems", [])
        super().refuse(no)


class CountAnswerForm(OnceForm):
    ledger_ref = forms.CharField(label=_("The number the ledger gave the batch"), max_length=60)

    def __init__(self, data=None, *, ledger_ref=""):
        super().__init__(data, initial={"ledger_ref": ledger_ref})
