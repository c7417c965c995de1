"""The forms of the results pages: shape only, the rules are in results_actions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.caseload.filters import OwnChoiceField
from cases.ui.form_toolkit import OnceForm, day_field
from poet.results import actions
from poet.results.published import WHO, year_words


class ResultsForm(forms.Form):
    """Which year and whose answers. Sent by GET. Nothing else can be chosen: all figures are
    published in fixed groups.
    """

    year = forms.ChoiceField(label=_("Year"), required=False)
    who = forms.ChoiceField(label=_("Whose answers"), choices=list(WHO.items()), required=False)

    def __init__(self, years, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, year_words(year)) for year in years]
        self.fields["year"].error_messages["invalid_choice"] = _(
            "Choose one of the years in the list."
        )
        self.fields["who"].error_messages["invalid_choice"] = _("Choose people, carers or workers.")


class ImprovementForm(OnceForm):
    """A new action."""

    said = forms.CharField(
        label=_("What did people say?"),
        max_length=300,
        widget=forms.Textarea,
        help_text=_("In your own words. Never quote somebody’s answer."),
    )
    action = forms.CharField(label=_("What will we do?"), max_length=500, widget=forms.Textarea)
    owner = OwnChoiceField(
        label=_("Who sees to it?"), queryset=None, empty_label=_("Choose a name")
    )
    due_on = day_field(label=_("By when?"))
    public = forms.BooleanField(label=_("Show it on “You said, we did”"), required=False)

    def __init__(self, council, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = actions.owners(council).order_by("name", "email")


class ChangedForm(forms.Form):
    """What came of an action."""

    changed = forms.CharField(label=_("What changed?"), max_length=500, widget=forms.Textarea)
    public = forms.BooleanField(label=_("Show it on “You said, we did”"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class SharingForm(forms.Form):
    """What is shown to whom. Nothing is, before somebody says so here."""

    account = forms.BooleanField(label=_("Show our Local Account to everybody"), required=False)
    words = forms.CharField(
        label=_("Our own words at its top"), max_length=2000, widget=forms.Textarea, required=False
    )
    compare = forms.BooleanField(
        label=_("Let the other councils of this installation compare with us"), required=False
    )


class FileForm(forms.Form):
    """Another council's benchmark file."""

    file = forms.FileField(
        label=_("A benchmark file (JSON)"),
        error_messages={"empty": _("This file is empty."), "required": _("Choose a file first.")},
    )
