"""Forms of a worker's day: notes, the people around a person, what to know before a visit. Shape
only; the rules stand in `casefile`.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.casefile.notes import FOR_WHOM
from cases.casefile.people_around import COLUMNS, Around
from cases.models.connections import RELATIONS, STANDINGS, TIES
from cases.ui.form_toolkit import STAFF_ONLY, CaseForm, day_field, long_text, radios


class NoteForm(CaseForm):
    """A note, and who may read it: chosen anew each time, nothing beforehand."""

    words = long_text(label=_("Your note"))
    for_whom = radios(
        FOR_WHOM,
        label=_("Who may read it?"),
        help_text=_(
            "A note for staff is part of the record: the person may ask for a copy of it. Nothing "
            "is sent to anybody."
        ),
    )

    def __init__(self, data=None, *, case, helped):
        super().__init__(data, case=case)
        if not helped:
            choices = [("staff", FOR_WHOM["staff"]), ("person", _("Shared with the person"))]
            self.fields["for_whom"].choices = choices


class StrikeForm(CaseForm):
    reason = long_text(
        label=_("What is wrong with it?"),
        help_text=_("It stays in the record, struck. The person does not read it any more."),
    )


class ConnectionForm(CaseForm):
    """Somebody around the person."""

    name = forms.CharField(label=_("What is their name?"), max_length=200)
    relation = radios(RELATIONS, label=_("Who are they to the person?"))
    ties = forms.MultipleChoiceField(
        choices=list(TIES.items()),
        label=_("What is true of them? (optional)"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    why = forms.CharField(
        label=_("If they must be kept away: why?"),
        max_length=300,
        required=False,
        help_text=STAFF_ONLY,
    )
    standing = forms.ChoiceField(
        choices=list(STANDINGS.items()), label=_("Legal standing"), required=False
    )
    paper = forms.CharField(
        label=_("Which paper shows it?"),
        max_length=200,
        required=False,
        help_text=_("For example: lasting power of attorney, registered, number 7000 1234 5678."),
    )
    seen_on = day_field(label=_("On what day was the paper seen?"), required=False)
    phone = forms.CharField(
        label=_("Telephone (optional)"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "class": "govuk-input--width-20"}),
    )

    def around(self) -> Around:
        """What was typed, for the act."""
        given = self.cleaned_data
        return Around(ties=frozenset(given["ties"]), **{name: given[name] for name in COLUMNS})


class EndConnectionForm(CaseForm):
    reason = long_text(
        label=_("What has changed, or was wrong?"),
        help_text=_("It stays in the record. Nobody is told."),
    )


class VisitRisksForm(CaseForm):
    """One short text; an empty one takes it back. `version`: of the person's row."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("What must a colleague know before a visit?"),
        max_length=300,
        required=False,
        help_text=_(
            "For example: go in pairs; a dog in the kitchen; stairs without a light. It stands at "
            "the top of each page of the case. Staff read it, and the person may ask for a copy."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data=None, *, case):
        person = case.person
        start = {"words": person.visit_risks, "version": person.version}
        super().__init__(data, case=case, initial=start)
