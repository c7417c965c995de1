"""The administrators' form: how people reach the council, by day and when the office is closed.

Everything but the text relay is asked for: without it a council's set-up is not complete. The
command `set_up_council` takes the same fields, one by one.
"""

import re
from datetime import datetime, time

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.common import dates
from cases.council.set_up import REACH
from cases.models.council import OPEN_DAYS
from cases.ui.form_toolkit import radios, yes_no

DIGITS = (
    10,
    15,
)  # of a British number with its area code; of the longest in the world (ITU-T E.164)
RELAY = 5  # text relay's own prefix, 18001, dialled before the number
LINES, LETTERS = 6, 300  # of an address that fits at the head of a letter
CLOCK = ("%H:%M", "%H.%M", "%H", "%I%p", "%I:%M%p", "%I.%M%p")
WORDS = {"midday": "12:00", "noon": "12:00", "midnight": "00:00"}


class PhoneField(forms.CharField):
    """A number that people can ring. Raises for words and for too few figures. `extra`: figures
    that may stand before.
    """

    def __init__(self, *, extra=0, **options):
        self.extra = extra
        widget = forms.TextInput(attrs={"type": "tel", "class": "govuk-input--width-20"})
        super().__init__(max_length=40, widget=widget, **options)

    def clean(self, value):
        number = " ".join(super().clean(value).split())
        if not number:
            return number
        if re.search(r"[^0-9+() -]", number):
            raise forms.ValidationError(
                _("Enter the number in figures, like 01632 960 001. Put no words in this box")
            )
        if not DIGITS[0] <= sum(sign.isdigit() for sign in number) <= DIGITS[1] + self.extra:
            raise forms.ValidationError(
                _("Enter a telephone number with its area code, like 01632 960 001")
            )
        return number


class ClockField(forms.CharField):
    """A time of day as people write it: 9am, 9:00, 17.30, midday."""

    def __init__(self, **options):
        widget = forms.TextInput(attrs={"class": "govuk-input--width-5"})
        super().__init__(max_length=20, widget=widget, **options)

    def prepare_value(self, value):
        return dates.clock_time(value) if isinstance(value, time) else value

    def clean(self, value):
        typed = re.sub(r"\s", "", super().clean(value)).lower()
        for form in CLOCK:
            try:
                return datetime.strptime(WORDS.get(typed, typed), form).time()
            except ValueError:
                continue
        raise forms.ValidationError(_("Enter a time like 9am or 4:30pm"))


class AddressField(forms.CharField):
    """An address that fits at the head of a letter: no empty lines, and not too many."""

    def __init__(self, **options):
        super().__init__(max_length=LETTERS, widget=forms.Textarea(attrs={"rows": 4}), **options)

    def clean(self, value):
        lines = [line.strip() for line in super().clean(value).splitlines()]
        found = [line for line in lines if line]
        if len(found) > LINES:
            raise forms.ValidationError(
                _("Write the address in %(n)s lines or fewer") % {"n": LINES}
            )
        return "\n".join(found)


def needed(words) -> dict:
    return {"required": words}


class ReachForm(forms.Form):
    """`seen`: the last change when the page was opened."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    help_phone = PhoneField(
        label=_("Help telephone"),
        help_text=_("Residents read it on every page and every letter."),
        error_messages=needed(_("Enter the number that people ring for help")),
    )
    help_relay = PhoneField(
        label=_("Text relay (optional)"),
        required=False,
        extra=RELAY,
        help_text=_("For people who can’t hear or speak on the telephone. It begins with 18001."),
    )
    open_days = radios(
        OPEN_DAYS,
        label=_("On which days is it answered?"),
        error_messages=needed(_("Choose on which days it is answered")),
    )
    opens_at = ClockField(
        label=_("From what time?"),
        help_text=_("Like 9am"),
        error_messages=needed(_("Enter the time from which it is answered")),
    )
    closes_at = ClockField(
        label=_("Until what time?"),
        help_text=_("Like 5pm"),
        error_messages=needed(_("Enter the time until which it is answered")),
    )
    help_address = AddressField(
        label=_("Address for letters and visits"),
        help_text=_("With the postcode. Paper forms are sent here."),
        error_messages=needed(_("Enter the address that people write to")),
    )
    out_of_hours_phone = PhoneField(
        label=_("Number people ring when the office is closed"),
        help_text=_("Often the emergency duty team."),
        error_messages=needed(_("Enter the number that people ring when the office is closed")),
    )
    emergency_email = forms.EmailField(
        label=_("E-mail address of the emergency duty team"),
        widget=forms.EmailInput(),
        help_text=_("We write there when somebody reports danger while the office is closed."),
        error_messages=needed(_("Enter the e-mail address of the emergency duty team"))
        | {"invalid": _("Enter an e-mail address like name@example.com")},
    )
    emergency_reads = yes_no(
        label=_("Does somebody read it all the time that the office is closed?"),
        help_text=_("If not, people are told so, and that they must ring."),
        error_messages=needed(_("Say whether somebody reads it")),
    )

    def __init__(self, data=None, *, council, seen=0):
        start = {name: getattr(council, name) for name in REACH} | {"seen": seen}
        start["emergency_reads"] = (
            "yes" if council.emergency_reads else "no" if council.emergency_email else None
        )
        super().__init__(data, initial=start)

    def clean(self):
        found = super().clean()
        if wrong := in_order(found.get("opens_at"), found.get("closes_at")):
            self.add_error("closes_at", wrong)
        return found

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in REACH}


def in_order(opens: time | None, closes: time | None):
    """What is wrong with these hours, or None."""
    if opens is None or closes is None or opens < closes:
        return None
    return _("It must close after it opens. For half past four in the afternoon write 4:30pm")
