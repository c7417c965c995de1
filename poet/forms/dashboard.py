"""The filters of the dashboard's pages, sent by GET: shape only, the figures are in
`poet.dashboard`.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import journey
from cases.figures import timings
from poet.dashboard.cases_behind import ADASS, COLUMNS, NO_SUCH, STATES, WHICH, keys
from poet.dashboard.periods import PERIODS


class FigureForm(forms.Form):
    """Which months and which team. Sent by GET, so that an address can be kept."""

    period = forms.ChoiceField(label=_("Months"), choices=list(PERIODS.items()), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)

    def __init__(self, teams, all_words, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["period"].error_messages["invalid_choice"] = _(
            "Choose one of the periods in the list."
        )
        self.fields["team"].error_messages["invalid_choice"] = _(
            "Choose one of the teams in the list."
        )
        self.fields["team"].choices = [("", all_words), *((str(t.pk), t.name) for t in teams)]


class StepForm(FigureForm):
    """The same, and by what one step is split."""

    by = forms.ChoiceField(label=_("Split by"), required=False)

    def __init__(self, dimensions, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["by"].choices = list(dimensions.items())
        self.fields["by"].error_messages["invalid_choice"] = _(
            "Choose one of the splits in the list."
        )


def _choice(values, initial="") -> forms.ChoiceField:
    """`values`: codes, or a function that gives them when the form is made."""

    def choices():
        return [("", "")] + [(v, v) for v in (values() if callable(values) else values)]

    return forms.ChoiceField(
        choices=choices,
        required=False,
        initial=initial,
        error_messages={"invalid_choice": NO_SUCH},
    )


class DrillForm(FigureForm):
    """What an address of a number may say. Anything else is answered with a sentence, never with a
    wrong list.
    """

    state = _choice(STATES)
    step = _choice(lambda: [*journey.waiting_steps(), *journey.CLOCKS])
    late = _choice(["1"])
    loop = _choice(["1"])
    band = _choice(timings.AGE_BANDS)
    turn = _choice(journey.TURNS)
    adass = _choice(ADASS)
    which = _choice(WHICH)
    by = _choice(COLUMNS)
    key = _choice(keys)
    month = forms.DateField(
        input_formats=["%Y-%m"], required=False, error_messages={"invalid": NO_SUCH}
    )
    over = forms.IntegerField(
        min_value=0,
        max_value=10_000,
        required=False,
        error_messages={"invalid": NO_SUCH, "min_value": NO_SUCH, "max_value": NO_SUCH},
    )

    def clean(self):
        given = super().clean()
        if bool(given.get("by")) != bool(given.get("key")) or (
            given.get("loop") and given.get("step") in journey.CLOCKS
        ):
            raise forms.ValidationError(NO_SUCH)
        if given.get("by") == "version" and (
            given.get("step") in journey.CLOCKS or not given["key"].isdecimal()
        ):
            raise forms.ValidationError(NO_SUCH)
        return given
