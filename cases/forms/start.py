"""Forms of getting in: a request page by page, a second fact, a code, a way to sign in. Shape only.

Whether a code and a fact go together is `coming_back.try_code`; these forms only say what can't be
one.
"""

import re
import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.common import dates
from cases.forms.person import AskForm
from cases.letters import sms
from cases.models.case import REF_LETTERS
from cases.models.start import FACTS, WAYS
from cases.signin import requests, return_codes
from cases.ui.form_toolkit import CaseForm, radios

POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}")
CODE_BOX = {"autocapitalize": "characters", "spellcheck": "false", "class": "govuk-input--width-10"}


class PartForm(AskForm):
    """One page of asking for oneself. `part` says which fields stand on it."""

    def __init__(self, *args, council, part, told=(), **kwargs):
        super().__init__(*args, council=council, **kwargs)
        for name in list(self.fields):
            if name not in requests.PARTS[part] or name in told:
                del self.fields[name]

    def values(self) -> dict:
        """What is kept of this page."""
        return dict(self.cleaned_data)


def fact_fields(form, required=True):
    """The second fact: what kind, and the fact itself."""
    form.fields["kind"] = radios(FACTS, label=_("What do you choose?"), required=required)
    form.fields["kind"].error_messages["required"] = _("Choose one of the three")
    form.fields["fact"] = forms.CharField(
        label=_("Write it here"),
        required=required,
        max_length=100,
        help_text=_(
            "For example: the name of a pet, 27 3 1950, or SW1A 2AA. Small or capital "
            "letters: both work."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Write what you will remember"),
            "max_length": _("Use at most 100 characters"),
        },
    )


def wrong_fact(kind: str, fact: str) -> str:
    """What is wrong with a fact of this kind, or ""."""
    born = return_codes.as_date(fact)
    if kind == "born" and not (born and 1900 <= born.year and born <= dates.today()):
        return str(_("Enter a real date of birth, such as 27 3 1950"))
    plain = re.sub(r"\W", "", unicodedata.normalize("NFKC", fact)).upper()
    if kind == "postcode" and not POSTCODE.fullmatch(plain):
        return str(_("Enter a whole postcode, such as SW1A 2AA"))
    if kind == "word" and len(return_codes.folded(fact)) < 4:
        return str(_("Use a word with at least 4 letters or numbers"))
    return ""


class PlaceForm(forms.Form):
    """The second fact that comes with the code."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        fact_fields(self)

    def clean(self):
        found = super().clean()
        if found.get("kind") and found.get("fact"):
            wrong = wrong_fact(found["kind"], found["fact"])
            if wrong:
                self.add_error("fact", wrong)
        return found


def code_field(**options):
    return forms.CharField(
        max_length=100,
        strip=True,
        error_messages={
            "required": _("Enter the code"),
            "max_length": _("That is too long for a code"),
        },
        **options,
    )


class ComeBackForm(forms.Form):
    """A code and its second fact. However it is typed or pasted: capitals, spaces and hyphens don't
    matter.
    """

    code = code_field(
        label=_("Your code"),
        widget=forms.TextInput(attrs={"autocomplete": "off"} | CODE_BOX),
        help_text=_("8 letters and numbers, such as KTQX-7R4M. You can paste it."),
    )
    fact = forms.CharField(
        label=_("Your second fact"),
        max_length=100,
        help_text=_("What you chose to remember: a word, a date of birth or a postcode."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": _("Enter your second fact"),
            "max_length": _("Use at most 100 characters"),
        },
    )
    next = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def clean_code(self):
        plain = return_codes.normalised_code(self.cleaned_data["code"])
        if len(plain) != return_codes.LENGTH or set(plain) - set(REF_LETTERS):
            raise forms.ValidationError(
                _(
                    "A code has 8 letters and numbers, such as KTQX-7R4M, and never I, O, S, "
                    "Z, 0, 1, 2 or 5"
                )
            )
        return plain


class OneTimeForm(forms.Form):
    """A code that has just been sent."""

    code = code_field(
        label=_("Code"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"} | CODE_BOX),
        help_text=_("6 letters and numbers. You can paste it. Small letters and spaces: all work."),
    )


def mobile_field(**options):
    return forms.CharField(
        label=_("Mobile number"),
        max_length=30,
        widget=forms.TextInput(
            attrs={"type": "tel", "autocomplete": "tel", "class": "govuk-input--width-20"}
        ),
        error_messages={
            "required": _("Enter your mobile number"),
            "max_length": _("That is too long for a number"),
        },
        **options,
    )


class MobileForm(forms.Form):
    """The number of somebody who wants a code by text."""

    phone = mobile_field()

    def clean_phone(self):
        number = sms.plain_number(self.cleaned_data["phone"])
        if not number:
            raise forms.ValidationError(_("Enter a mobile number, like 07700 900 982"))
        return number


class SignInMethodForm(MobileForm):
    """Another way to sign in: one's own mailbox or mobile."""

    way = radios(
        {"email": _("By e-mail"), "phone": _("By text message")},
        label=_("How should we send you codes?"),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Enter an e-mail address like name@example.com")},
    )
    phone = mobile_field(required=False)
    field_order = ("way", "email", "phone")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["way"].error_messages["required"] = _("Choose how we should send you codes")
        if not sms.ready():
            self.fields["way"].choices, self.fields["way"].initial = (
                [("email", _("By e-mail"))],
                "email",
            )

    def clean_phone(self):
        return super().clean_phone() if self.cleaned_data["phone"] else ""

    def clean(self):
        found = super().clean()
        way = found.get("way")
        if way and not found.get(way) and way not in self.errors:
            field = self.fields[way]
            words = (
                _("Enter your e-mail address")
                if way == "email"
                else field.error_messages["required"]
            )
            self.add_error(way, words)
        return found


class IssueCodeForm(CaseForm):
    """A worker gives a person a code. Without a fact the one that the person chose before goes
    on.
    """

    def __init__(self, data=None, *, case, chosen):
        super().__init__(data, case=case)
        ways = {
            code: words
            for code, words in WAYS.items()
            if code == "visit" or code == case.person.contact_by
        }
        self.fields["way"] = radios(ways, label=_("How do they get it?"))
        fact_fields(self, required=not chosen)
        self.fields["kind"].label = _("Which second fact did they choose?")
        if chosen:
            self.fields["fact"].help_text = _(
                "Leave both empty when they still know the one they chose."
            )

    def clean(self):
        found = super().clean()
        kind, fact = found.get("kind"), found.get("fact")
        if bool(kind) != bool(fact) and not self.errors:
            self.add_error("fact" if kind else "kind", _("Fill in both, or leave both empty"))
        elif kind and fact and wrong_fact(kind, fact):
            self.add_error("fact", wrong_fact(kind, fact))
        return found
