"""The forms of the survey and of the dashboard's filters: shape only, the rules are in actions."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cases.histogram import WINDOWS

from . import questions

# what has finished figures can be asked for
PERIODS = {str(n): _("This month") if n == 1 else format_lazy(_("Last {n} months"), n=n) for n in WINDOWS}
DEFAULT_PERIOD = "12"


class AnswerForm(forms.Form):
    """One question of the survey."""

    answer = forms.ChoiceField(
        widget=forms.RadioSelect, error_messages={"required": _("Choose one of the answers, or the last one.")}
    )
    heading_field = "answer"

    def __init__(self, spec, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["answer"]
        field.label = _(spec["text"])
        field.choices = list(questions.choices(spec).items())
        field.dividers = {"na": _("or")}


class HelperForm(forms.Form):
    """Who filled it in: asked once, at the end."""

    helper = forms.ChoiceField(
        label=_("Did someone help you to answer?"),
        widget=forms.RadioSelect,
        choices=[(value or "nobody", words) for value, words in questions.HELPERS.items()],
        required=False,
    )

    def clean_helper(self):
        given = self.cleaned_data["helper"]
        return "" if given == "nobody" else given


class FigureForm(forms.Form):
    """Which months and which team. Sent by GET, so that an address can be kept."""

    period = forms.ChoiceField(label=_("Months"), choices=list(PERIODS.items()), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)

    def __init__(self, teams, all_words, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["period"].error_messages["invalid_choice"] = _("Choose one of the periods in the list.")
        self.fields["team"].error_messages["invalid_choice"] = _("Choose one of the teams in the list.")
        self.fields["team"].choices = [("", all_words), *((str(t.pk), t.name) for t in teams)]


class StepForm(FigureForm):
    """The same, and by what one step is split."""

    by = forms.ChoiceField(label=_("Split by"), required=False)

    def __init__(self, dimensions, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["by"].choices = list(dimensions.items())
        self.fields["by"].error_messages["invalid_choice"] = _("Choose one of the splits in the list.")
