"""Forms of the staff's pages: the general move, triage, naming a worker. Shape only; rules stand in
`cases/actions.py`.

A form that sends something carries `seen` (the case's last entry when the page was opened) and
`key` (so that two presses have one effect). `moved()` gives the facts as the move takes them.
"""

import uuid
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cases import journey
from cases.access import Reading
from cases.caseload import lists
from cases.caseload.filters import OwnChoiceField
from cases.common import dates
from cases.forms.money_field import plain_number
from cases.models import Team

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
        "money": MoneyField,
        "number": forms.IntegerField,
    }
    return kinds[ask.kind](**options)


class CaseForm(forms.Form):
    """What every form that moves a case carries."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    key: forms.Field = forms.CharField(required=False, widget=forms.HiddenInput, max_length=40)

    def __init__(self, data=None, *, case, **options):
        self.case = case
        start = {"seen": case.head_seq, "key": uuid.uuid4()} | options.pop("initial", {})
        super().__init__(data, initial=start, **options)

    def facts(self) -> dict:
        """What was answered, without what only the page needs."""
        return {
            k: v
            for k, v in self.cleaned_data.items()
            if k not in ("seen", "key") and v not in (None, "")
        }

    def refuse(self, no) -> None:
        """Show a refusal where it belongs, with everything typed kept."""
        self.add_error(no.field if no.field in self.fields else None, str(no.sentence))

    def typed(self) -> list[tuple[str, str, str]]:
        """(question, what was typed, what is saved: nothing), for the page that says somebody else
        was first.
        """
        shown = [(f.label, self.data.get(f.html_name, "")) for f in self.visible_fields()]
        return [(str(label), value, "") for label, value in shown if value]


class MoveForm(CaseForm):
    """Any move of `journey`, built from what it asks for. `behalf`: a worker records what the
    person said.
    """

    def __init__(self, data=None, *, reading: Reading, move, behalf=False):
        super().__init__(data, case=reading.case)
        self.reading, self.move, self.behalf = reading, move, behalf
        targets = move.routes[self.case.step]
        if len(targets) > 1 and move.name not in journey_decides():
            self.fields["to"] = radios(
                {t: journey.STEPS[t].title for t in targets}, label=_("Where does it go on?")
            )
        for ask in move.asks:
            offered = ask.offered(reading.role)
            self.fields[ask.name] = field_for(replace(ask, choices=offered), self._hint(ask))
            if (
                len(offered) == 1 < len(ask.choices)
            ):  # what leaves this reader no choice is not asked
                self.fields[ask.name].widget = forms.HiddenInput()
                self.initial[ask.name] = next(iter(offered))
        if not self.fields.keys() & {a.name for a in move.asks if a.kind == "text"} and not behalf:
            self.fields["note"] = long_text(
                label=_("Note (optional)"), required=False, help_text=self._reader()
            )
        if behalf:
            add_told(self, self.case.person.name)

    def _hint(self, ask):
        return self._reader() if ask.name == "reason" else None

    def _reader(self):
        """Who will read the words: said before they are written."""
        if self.reading.resident:
            return WORKER_READS
        return STAFF_ONLY if self.move.audience == "staff" else PERSON_READS

    def facts(self) -> dict:
        facts = super().facts()
        if self.behalf:
            facts = {k: v for k, v in facts.items() if k not in ("told_by", "told_on", "read_back")}
            facts |= {"on_behalf_of": self.case.person, "note": given_words(self.cleaned_data)}
        return facts


def journey_decides() -> set[str]:
    """Moves of several targets whose action finds the target by itself."""
    from cases.actions import ACTIONS  # noqa: PLC0415  forms don't act

    return set(ACTIONS)


class WorkerForm(CaseForm):
    """Names a worker, from those with a seat today; anybody else's id is not found."""

    worker = OwnChoiceField(
        queryset=None, label=_("Social worker"), required=False, empty_label=_("Nobody yet")
    )
    team = OwnChoiceField(
        queryset=None, label=_("Team"), required=False, empty_label=_("No change")
    )
    note = long_text(label=_("Note (optional)"), required=False, help_text=PERSON_READS)

    def __init__(self, data=None, *, case, **options):
        options["initial"] = {"worker": case.worker_id, "team": case.team_id} | options.get(
            "initial", {}
        )
        super().__init__(data, case=case, **options)
        self.fields["worker"].queryset = lists.workers_of(case.council)
        self.fields["team"].queryset = Team.objects.filter(council_id=case.council_id)


class ReassignForm(WorkerForm):
    field_order = ["worker", "team", "note"]

    def __init__(self, data=None, **options):
        super().__init__(data, **options)
        self.fields["worker"].required = True


def asked_by(name: str) -> dict[str, journey.Ask]:
    return {ask.name: ask for ask in journey.MOVES[name].asks}


class TriageForm(WorkerForm):
    """The five decisions before an assessment, where the case goes, and a name and a date for the
    person.
    """

    _asks = asked_by("triage")
    urgency = field_for(_asks["urgency"])
    safeguarding = field_for(
        _asks["safeguarding"], _("A concern also goes to the safeguarding team the usual way.")
    )
    capacity = field_for(
        _asks["capacity"], _("Presumed, unless there is reason to doubt it for this decision.")
    )
    advocate = field_for(
        _asks["advocate"],
        _(
            "If taking part would be very hard for them, and no family member or friend can "
            "help them with it."
        ),
    )
    mode = radios(
        journey.MODES,
        label=_("How will the assessment be done?"),
        help_text=_("Ask what they prefer."),
    )
    to = radios(
        {"assess": _("Start the assessment now"), "waiting": _("Put on the waiting list")},
        label=_("Where does it go next?"),
    )
    next_contact = field_for(_asks["next_contact"], _("The person is told this date."))
    field_order = [
        "urgency",
        "safeguarding",
        "capacity",
        "advocate",
        "mode",
        "to",
        "worker",
        "team",
        "next_contact",
        "note",
    ]

    def clean_next_contact(self):
        day = self.cleaned_data["next_contact"]
        if day < dates.today():
            raise forms.ValidationError(_("Choose today or a later day for the next contact."))
        return day


class StartAssessmentForm(WorkerForm):
    _asks = asked_by("start_assessment")
    mode = field_for(_asks["mode"])
    wish = field_for(_asks["wish"])
    capacity = field_for(
        _asks["capacity"], _("Presumed, unless there is reason to doubt it for this decision.")
    )
    advocate = field_for(
        _asks["advocate"], _("Leave it empty where it was answered before and still holds.")
    )
    field_order = ["mode", "wish", "capacity", "advocate", "worker", "note"]

    def __init__(self, data=None, **options):
        super().__init__(data, **options)
        del self.fields["team"]
        self.fields["worker"].required = True


class SearchForm(forms.Form):
    words = forms.CharField(
        label=_("Find a case"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Name, reference or NHS number"),
    )
