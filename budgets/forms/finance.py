"""The form of the finance officers' start page."""

from django import forms
from django.utils.translation import gettext_lazy as _


class FindForm(forms.Form):
    """Sent by POST: no name and no number stands in an address."""

    words = forms.CharField(
        label=_("Find a case or whom it pays"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Name, reference, or name or creditor number of the payee"),
    )
