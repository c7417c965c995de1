"""The form of one question of the self-assessment. Shape only; what an answer may be is checked by
`save_answer`.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.assessment import answering, questions
from cases.common import dates
from cases.ui.choice_fields import DividedChoice


class AnswerForm(forms.Form):
    """One question of the self-assessment. `seen` is the version of the answer when the page was
    opened.
    """

    heading_field = "value"
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    to = forms.ChoiceField(
        widget=forms.HiddenInput, required=False, choices={"": "", "check": "check"}
    )

    def __init__(self, *args, spec, earlier=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.spec, self.earlier = spec, earlier
        if spec["kind"] == "text":
            self._words()
        else:
            self._choice()

    def _choice(self):
        own = [(str(o["value"]), o["label"]) for o in self.spec["options"]]
        self.fields["value"] = DividedChoice(
            dividers={questions.DONT_KNOW: _("or")},
            label=self.spec["text"],
            choices=own + list(questions.ESCAPES.items()),
            widget=forms.RadioSelect,
            initial=None if self.earlier is None else str(self.earlier),
            help_text=self.spec.get("hint", ""),
            error_messages={
                "required": _("Choose an answer, or skip this question"),
                "invalid_choice": _("Choose one of the answers"),
            },
        )

    def _words(self):
        escaped = self.earlier in questions.ESCAPES
        self.fields["value"] = forms.CharField(
            label=self.spec["text"],
            required=False,
            widget=forms.Textarea(attrs={"rows": 6}),
            initial="" if escaped else self.earlier,
            help_text=self.spec.get("hint") or _("In your own words."),
        )
        self.fields["instead"] = forms.ChoiceField(
            label=_("Or choose"),
            required=False,
            choices=questions.ESCAPES,
            widget=forms.RadioSelect,
            initial=self.earlier if escaped else None,
        )

    def clean(self):
        found = super().clean()
        if self.spec["kind"] != "text":
            if "value" in found:
                own = {str(o["value"]): o["value"] for o in self.spec["options"]}
                found["value"] = own.get(found["value"], found["value"])
            return found
        found["value"] = found.get("value", "").strip() or found.get("instead", "")
        if not found["value"] and not self.earlier and "value" not in self.errors:
            self.add_error("value", _("Write an answer, choose one below, or skip this question"))
        return found


class TakeDownForm(forms.Form):
    """How a worker got the answers that they write down for the person."""

    how = forms.ChoiceField(
        label=_("How do you get the answers?"),
        choices=answering.HOW,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you get the answers")},
    )
    on = forms.DateField(
        label=_("On what day did they give them?"),
        widget=forms.SelectDateWidget,
        validators=dates.plausible(),
        error_messages={
            "required": _("Enter the day"),
            "invalid": _("Enter a real date, such as 27 3 2026"),
        },
    )

    def __init__(self, *args, own=False, **kwargs):
        super().__init__(*args, **kwargs)
        if own:  # the person's own draft stays closed until they ask for help with it
            self.fields["asked"] = forms.BooleanField(
                label=_("They asked me to help, and said that I may look at what they have so far"),
                error_messages={
                    "required": _(
                        "Tick this only when they said so. Without it their answers stay closed"
                    )
                },
            )
        self.fields["on"].initial = dates.today
        self.fields["on"].widget.years = range(dates.today().year, dates.today().year - 2, -1)

    def clean_on(self):
        if self.cleaned_data["on"] > dates.today():
            raise forms.ValidationError(_("The day can't be in the future"))
        return self.cleaned_data["on"]


class SendForm(forms.Form):
    """Sending the answers: `key` makes a double press one sending, `seen` is the case as it was
    read.

    `read_back`: somebody wrote down what was said, so it is read back first; what the person wrote
    on paper is theirs.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, read_back=False, **kwargs):
        super().__init__(*args, **kwargs)
        if read_back:
            self.fields["read_back"] = forms.BooleanField(
                label=_("I read the answers back, or showed them, and the person agrees"),
                error_messages={
                    "required": _("Read the answers back first, and tick that the person agrees")
                },
            )
