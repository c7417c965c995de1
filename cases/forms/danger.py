"""The question about danger on every form of asking, and the forms of whoever rings. Shape only;
rules: `reports`.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.danger import phrases
from cases.danger.reports import SafeContact
from cases.models.danger import REACHED as ALL
from cases.models.danger import SAFE, SPOKEN
from cases.ui.choice_fields import Revealing, RevealingChoice
from cases.ui.form_toolkit import LONG, CaseForm, radios

DANGER = {"no": _("No"), "yes": _("Yes, or I am not sure")}
REVEALED = ("safe_number", "no_number", "otherwise")
NUMBER = _("Enter a telephone number with its area code, like 01632 960 001")


def fewest_digits(number: str) -> bool:
    return sum(c.isdigit() for c in number) >= 7


class DangerQuestion(forms.Form):
    """Is anyone in danger? With "yes", a number that is safe to ring, or how else they are reached.

    The three fields stand on the page without a script too; what is written in them counts only
    with a "yes".
    """

    danger: Revealing = RevealingChoice(
        label=_("Is anyone in danger, or without food, medicine or care today?"),
        choices=DANGER,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether anyone is in danger")},
    )
    safe_number = forms.CharField(
        label=_("A number that is safe to ring"),
        required=False,
        max_length=30,
        help_text=_("A number at which nobody is put in danger by our call. We ring it soon."),
        widget=forms.TextInput(
            attrs={"type": "tel", "autocomplete": "off", "class": "govuk-input--width-20"}
        ),
        error_messages={"max_length": _("That is too long for a number")},
    )
    no_number = forms.BooleanField(label=_("I have no number that is safe"), required=False)
    otherwise = forms.CharField(
        label=_("If there is no safe number: how else can we reach you?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": _("Write at most 500 characters")},
    )

    def say_what_it_does(self, hint: str, ticked: str = "yes") -> None:
        """The box says what ticking it does, before anything is sent."""
        box = self.fields["danger"]
        box.help_text = hint
        if isinstance(box, Revealing):
            box.reveals = {ticked: REVEALED}

    def clean(self):
        found = super().clean()
        if "danger" in self.fields and found.get("danger") in ("yes", True):
            self._reachable(found)
        return found

    def _reachable(self, found) -> None:
        number = (found.get("safe_number") or "").strip()
        if "safe_number" in self.errors or "otherwise" in self.errors:
            return
        if number and not fewest_digits(number):
            self.add_error("safe_number", NUMBER)
        elif not number and not found.get("no_number"):
            self.add_error(
                "safe_number", _("Enter a number that is safe to ring, or tick that there is none")
            )
        elif not number and not (found.get("otherwise") or "").strip():
            self.add_error("otherwise", _("Say how else we can reach somebody"))

    def safe_contact(self, at=None) -> SafeContact | None:
        """What goes to the duty team, or None without a tick."""
        given = self.cleaned_data
        if given.get("danger") not in ("yes", True):
            return None
        number = given["safe_number"].strip()
        return SafeContact(number, "" if number else given["otherwise"], at)


class CallForm(CaseForm):
    """What both answers have: which report it is about."""

    report = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, case, report):
        # several forms of this kind stand on one page
        self.about = report
        super().__init__(
            data, case=case, initial={"report": report.pk}, auto_id=f"{self.PREFIX}{report.pk}_%s"
        )


class SpokeForm(CallForm):
    """I spoke to them: to whom, what was agreed, are they safe, what next."""

    PREFIX = "spoke"
    reached = radios(
        {code: ALL[code] for code in SPOKEN},
        label=_("Whom did you speak to?"),
        error_messages={"required": _("Choose whom you spoke to")},
    )
    safe = radios(
        SAFE,
        label=_("Are they safe now?"),
        error_messages={"required": _("Choose whether they are safe now")},
    )
    agreed = forms.CharField(
        label=_("What did you agree with them?"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what you agreed with them")},
    )
    following = forms.CharField(
        label=_("What happens next, and who does it?"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write what happens next")},
    )


class NoAnswerForm(CallForm):
    """Nobody answered, or nobody who is safe: it goes up at once."""

    PREFIX = "silent"
    agreed = forms.CharField(
        label=_("Is there anything to know for the next call? (optional)"),
        max_length=LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AgainForm(CallForm):
    """On a settled report: they are not safe after all. It opens a new one."""

    PREFIX = "again"
    agreed = forms.CharField(
        label=_("What has happened?"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write what has happened")},
    )


def hint_for(council, *, staff: bool = False, paper: bool = False) -> str:
    """What the box says, for whoever fills it in."""
    if council is None:
        return str(_("If someone is in danger now, phone 999 first."))
    if paper:
        return phrases.on_paper(council)
    return phrases.for_staff(council) if staff else phrases.before(council)
