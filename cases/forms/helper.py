"""Forms about helpers: inviting, checking, stopping, linking two cases. Shape only; the rules stand
in `authority`.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.helpers.listing import SCOPE_WORDS
from cases.models.people import KINDS, PROOFS
from cases.ui.form_toolkit import (
    PERSON_READS,
    CaseForm,
    add_told,
    day_field,
    given_words,
    long_text,
    radios,
)

WHO = {
    code: KINDS[code]
    for code in ("family", "advocate", "broker", "user_led", "lpa", "deputy", "appointee")
}
EVERYTHING = {"one": _("Only what this case is about"), "all": _("Everything about me")}


def ticks(choices, **options) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        choices=list(choices.items()), widget=forms.CheckboxSelectMultiple, **options
    )


class InviteForm(CaseForm):
    """Who helps, with what, until when. Nothing is ticked beforehand."""

    name = forms.CharField(label=_("What is their name?"), max_length=120)
    email = forms.EmailField(
        label=_("What is their e-mail address?"),
        help_text=_("We send them a message there. They sign in with a code."),
        error_messages={"invalid": _("Enter an e-mail address like name@example.com")},
    )
    kind = radios(WHO, label=_("Who are they?"))
    proof = radios(PROOFS, label=_("What does their help rest on?"))
    scope = ticks(
        SCOPE_WORDS,
        label=_("What may they do?"),
        help_text=_("Choose only what they need. You can take it back at any time."),
    )
    about = radios(EVERYTHING, label=_("What is it about?"))
    until = day_field(
        label=_("Until when? (optional)"),
        required=False,
        help_text=_("The last day. Leave it empty if you do not know."),
    )

    def __init__(self, data=None, *, case, behalf=False):
        super().__init__(data, case=case)
        self.behalf = behalf
        if behalf:
            add_told(self, case.person.name)

    def facts(self) -> dict:
        found = super().facts()
        found["about"] = self.case.kind if found.pop("about") == "one" else ""
        if self.behalf:
            found = {k: v for k, v in found.items() if k not in ("told_by", "told_on", "read_back")}
            found |= {"note": given_words(self.cleaned_data), "on_behalf_of": self.case.person}
        return found


DECISIONS = {"yes": _("Confirm: their authority stands"), "no": _("Say no")}


class CheckForm(CaseForm):
    """A worker's check: what was seen and when, or the reason for saying no."""

    decision = radios(DECISIONS, label=_("What do you decide?"))
    proof = radios(
        PROOFS,
        label=_("What does the authority rest on?"),
        required=False,
        help_text=_("Being an appointee for benefits does not of itself cover other money."),
    )
    scope = ticks(SCOPE_WORDS, label=_("What may they do?"), required=False)
    evidence = forms.CharField(
        label=_("What did you see or hear?"),
        max_length=200,
        required=False,
        help_text=_(
            "For example: the registered power of attorney, or the person said yes on the "
            "telephone. "
            "The person can read this."
        ),
    )
    seen_on = day_field(label=_("On what day?"), required=False)
    reason = long_text(label=_("If you say no: why?"), required=False, help_text=PERSON_READS)

    def clean(self):
        found = super().clean()
        needed = {"yes": ("proof", "scope", "evidence", "seen_on"), "no": ("reason",)}
        for name in needed.get(found.get("decision"), ()):
            if not found.get(name) and name not in self.errors:
                self.add_error(
                    name,
                    forms.ValidationError(self.fields[name].default_error_messages["required"]),
                )
        return found


class EndForm(CaseForm):
    reason = long_text(
        label=_("Why? (optional)"), required=False, help_text=_("They are not told this.")
    )


class LinkForm(CaseForm):
    """The other case, and how both said yes."""

    other = forms.CharField(label=_("Reference of the other case"), max_length=6)
    told = long_text(
        label=_("How did each of them say yes, and on what day?"),
        help_text=_("Only staff can read this."),
    )
