"""What staff's forms are made of: money and day fields, radios, long texts, how somebody was told,
and what every form that moves a case carries.

A form that sends something carries `seen` (the case's last entry when the page was opened) and
`key` (so that two presses have one effect). Not here: the forms themselves (`cases.forms`,
`budgets.forms`), how a field is drawn (`cases.ui.fields`), what may be done (`cases.actions`).
"""

import uuid
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cases import journey
from cases.common import dates, likely_days
from cases.common.likely_days import Life, Span, life_of
from cases.ui.typed_numbers import plain_number

STAFF_ONLY = _("Only staff can read this.")
PERSON_READS = _("The person can read this.")
WORKER_READS = _("Your social worker will read this.")
LONG = 4000
TOLD_BY = {
    "phone": _("By telephone"),
    "visit": _("Face to face"),
    "paper": _("On paper"),
    "email": _("By e-mail"),
    "helper": _("Through someone who helps them, confirmed with the person"),
}


class MoneyField(forms.DecimalField):
    """Pounds as people type them: £1,200.50."""

    def __init__(self, **options):
        widget = forms.TextInput(
            attrs={"prefix": "£", "inputmode": "decimal", "class": "govuk-input--width-5"}
        )
        super().__init__(
            min_value=Decimal(0), max_digits=10, decimal_places=2, widget=widget, **options
        )

    def to_python(self, value):
        plain = plain_number(value) if isinstance(value, str) else value
        if plain is None and value is not None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(plain)


def day_field(**options) -> forms.DateField:
    """A date in three boxes. "27 3 26" is a year of the Romans to a computer: four figures are
    asked for.
    """
    wrong = {"invalid": _("Enter a real date, such as 27 3 2026.")}
    return forms.DateField(
        widget=forms.SelectDateWidget(),
        error_messages=wrong,
        validators=dates.plausible(),
        **options,
    )


def radios(choices, **options) -> forms.ChoiceField:
    return forms.ChoiceField(choices=list(choices.items()), widget=forms.RadioSelect, **options)


def yes_no(**options) -> forms.TypedChoiceField:
    choices = [("yes", _("Yes")), ("no", _("No"))]
    return forms.TypedChoiceField(
        choices=choices,
        coerce=lambda v: v == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        **options,
    )


def long_text(**options) -> forms.CharField:
    return forms.CharField(max_length=LONG, widget=forms.Textarea, **options)


def add_told(form, name: str) -> None:
    """How a worker knows what they write down for the person, on what day, and that it was read
    back.
    """
    form.fields["told_by"] = radios(TOLD_BY, label=_("How did they tell you?"))
    form.fields["told_on"] = day_field(
        label=_("On what day?"),
        required=False,
        help_text=_("For paper, the day that stands on it. You can leave it out."),
    )
    form.fields["read_back"] = forms.BooleanField(
        label=_("I have read this back to %(name)s, and it is what they want") % {"name": name}
    )


def given_words(given: dict) -> str:
    """What was entered of it, as words: "On paper, 3 May 2026."; "" where nobody wrote it down for
    the person.
    """
    if "told_by" not in given:
        return ""
    words = [str(TOLD_BY[given["told_by"]])]
    if given.get("told_on"):
        words.append(date_format(given["told_on"], "j F Y"))
    return ", ".join(words) + "."


def field_for(ask: journey.Ask, hint="") -> forms.Field:
    """The form field of one fact that a move asks for."""
    options = {
        "label": ask.label,
        "required": ask.required,
        "help_text": ask.hint if hint is None else hint,
    }
    if ask.kind == "choice":
        return radios(ask.choices, **options)
    kinds: dict[str, Callable[..., forms.Field]] = {
        "text": long_text,
        "date": day_field,
        "yesno": yes_no,
        "number": forms.IntegerField,
    }
    return kinds[ask.kind](**options)


class MoneyDays(forms.Form):
    """A form with days that money depends on, each with how far off it may be. One that can't be
    meant is refused; one that is unlikely is asked again, to be ticked.
    """

    money_days: dict[str, Span] = {}

    def life(self) -> Life:
        """What is known of whoever the days are about."""
        return Life()

    def clean(self):
        found = super().clean()
        for name, span in self.money_days.items():
            value = self.cleaned_data.get(name)
            if value and name not in self.errors:
                self._day_meant(name, value, span)
        return found

    def meant(self) -> set[date]:
        """The days that were looked at, for an act that asks for unlikely ones itself."""
        given = (self.cleaned_data.get(name) for name in self.money_days)
        return {value for value in given if value}

    def _day_meant(self, name: str, value, span: Span) -> None:
        today = dates.today()
        no = likely_days.refusal(value, today, self.life(), span)
        asked = "" if no else likely_days.doubt(value, today, span)
        if no:
            self.add_error(name, no)
        if not asked:
            return
        self._ask_again(name, value, asked)

    def _ask_again(self, name: str, value, asked: str) -> None:
        """A tick below the day, for this very day; another day is asked again."""
        yes = _("Yes, I mean %(day)s") % {"day": dates.date_words(value)}
        label = str(_("Is this the day that you mean?"))
        self._to_tick(name, value.isoformat(), str(yes), label, asked)

    def _to_tick(self, name: str, this: str, yes: str, label: str, asked: str) -> None:
        """A tick below a field, for this very answer to it; until it is there, what is `asked`."""
        tick = f"{name}_meant"
        field = forms.MultipleChoiceField(
            choices=[(this, yes)],
            label=label,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields[tick] = field
        names = [one for one in self.fields if one != tick]
        names.insert(names.index(name) + 1, tick)
        self.order_fields(names)
        given = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(tick))
        if this not in (given or ()):
            self.add_error(name, asked)


class OnceForm(forms.Form):
    """Carries its number, so that two presses have one effect (`cases.views.form_act`)."""

    key: forms.Field = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args, **options):
        options["initial"] = {"key": uuid.uuid4()} | (options.get("initial") or {})
        super().__init__(*args, **options)

    def facts(self) -> dict:
        """What was answered, without what only the page needs."""
        return {k: v for k, v in self.cleaned_data.items() if k != "key" and v not in (None, "")}

    def refuse(self, no) -> None:
        """Show a refusal where it belongs, with everything typed kept."""
        self.add_error(no.field if no.field in self.fields else None, str(no.sentence))


class CaseForm(MoneyDays, OnceForm):
    """What every form that moves a case carries."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, case, **options):
        self.case = case
        start = {"seen": case.head_seq} | options.pop("initial", {})
        super().__init__(data, initial=start, **options)

    def life(self) -> Life:
        return life_of(self.case)

    def facts(self) -> dict:
        return {k: v for k, v in super().facts().items() if k != "seen"}

    def typed(self) -> list[tuple[str, str, str]]:
        """(question, what was typed, what is saved: nothing), for the page that says somebody else
        was first.
        """
        shown = [(f.label, self.data.get(f.html_name, "")) for f in self.visible_fields()]
        return [(str(label), value, "") for label, value in shown if value]
