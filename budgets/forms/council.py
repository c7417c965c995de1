"""What forms that belong to no one case have in common, and a provider of the directory."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.ui.form_toolkit import yes_no


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


class ProviderForm(OnceForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    offers = forms.CharField(label=_("What do they offer?"), max_length=200, required=False)
    framework = yes_no(label=_("Is it on one of the council's frameworks?"))
