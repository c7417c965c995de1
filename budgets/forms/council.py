"""A provider of the directory."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.ui.form_toolkit import OnceForm, yes_no


class ProviderForm(OnceForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    offers = forms.CharField(label=_("What do they offer?"), max_length=200, required=False)
    framework = yes_no(label=_("Is it on one of the council's frameworks?"))
