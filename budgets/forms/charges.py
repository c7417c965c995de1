"""Forms of the lists of charges: which day, why a line is left out, and the release. Shape only."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.common import dates
from cases.ui.form_toolkit import OnceForm, day_field


class ChargesForm(OnceForm):
    until = day_field(
        label=_("Charge for what is over by which day?"),
        help_text=_("A period is charged once all of it is over."),
    )

    def __init__(self, data=None):
        super().__init__(data, initial={"until": dates.today()})


class LeaveChargeOutForm(OnceForm):
    why = forms.CharField(label=_("Why is it left out?"), max_length=200)


class ReleaseChargesForm(OnceForm):
    """Nothing to fill in: a second officer has looked at the list."""
