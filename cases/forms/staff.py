"""Forms of the staff's pages: the general move, triage, naming a worker. Shape only; rules stand in
`cases/actions.py`, what they are made of in `cases/ui/form_toolkit.py`.
"""

from dataclasses import replace

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import journey
from cases.access import Reading
from cases.caseload import lists
from cases.caseload.filters import OwnChoiceField
from cases.common import dates
from cases.common.likely_days import SOON
from cases.journey import hooks
from cases.models import Team
from cases.ui.form_toolkit import (
    PERSON_READS,
    STAFF_ONLY,
    WORKER_READS,
    CaseForm,
    add_told,
    field_for,
    given_words,
    long_text,
    radios,
)


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
        if move.name in hooks.PREFILLED:
            self.initial.update(hooks.PREFILLED[move.name](self.case))
        if not self.fields.keys() & {a.name for a in move.asks if a.kind == "text"} and not behalf:
            self.fields["note"] = long_text(
                label=_("Note (optional)"), required=False, help_text=self._reader()
            )
        if behalf:
            add_told(self, self.case.person.name)
        self.money_days = {ask.name: SOON for ask in move.asks if ask.name in journey.MONEY_DAYS}

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
        help_text=_("Name, reference, NHS number; address or telephone where you may read them"),
    )
