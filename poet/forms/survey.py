"""The forms of the survey: shape only, the rules are in actions."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.ui.choice_fields import DividedChoice
from poet.survey import answering, private_links, questions
from poet.survey.questions import CONSENTS


class CodeForm(forms.Form):
    """The code of a letter, as it is typed."""

    code = forms.CharField(
        label=_("The code in your letter"),
        help_text=_(
            "12 letters and figures, for example ABCD-EFGH-JKMN. Small letters and spaces do "
            "not matter."
        ),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
        error_messages={"required": _("Type the code that is in your letter.")},
    )
    heading_field = "code"

    def clean_code(self):
        return private_links.normal(self.cleaned_data["code"])


def answer_field(spec, label, *, required) -> forms.Field:
    """One question as a field; words of one's own may always stay empty."""
    if questions.is_text(spec):
        return forms.CharField(
            label=label,
            required=False,
            widget=forms.Textarea,
            max_length=answering.LONGEST,
            help_text=_("You can leave this empty. Please name nobody."),
            error_messages={"max_length": _("Write at most 2,000 characters.")},
        )
    return DividedChoice(
        dividers={"na": _("or")},
        label=label,
        required=required,
        widget=forms.RadioSelect,
        choices=list(questions.choices(spec).items()),
        error_messages={
            "required": _("Choose one of the answers, or the last one."),
            "invalid_choice": _("Choose one of the answers."),
        },
    )


class AnswerForm(forms.Form):
    """One question of the survey, in easy words where they are wanted."""

    heading_field = "answer"

    def __init__(self, spec, easy, *args, **kwargs):
        super().__init__(*args, **kwargs)
        text = (spec.get("easy") if easy else "") or spec["text"]
        self.fields["answer"] = answer_field(spec, _(text), required=True)


class HowForm(forms.Form):
    """How it was filled in, and what the respondent allows: asked once, at the end."""

    helper = forms.ChoiceField(
        label=_("Did someone help to answer?"),
        widget=forms.RadioSelect,
        choices=[(value or "nobody", words) for value, words in questions.HELPERS.items()],
        required=False,
        error_messages={"invalid_choice": _("Choose one of the answers.")},
    )
    helped_by = forms.ChoiceField(
        label=_("Who helped?"),
        widget=forms.RadioSelect,
        choices=list(questions.HELPED_BY.items()),
        required=False,
        help_text=_("Only if someone helped."),
        error_messages={"invalid_choice": _("Choose one of the answers.")},
    )
    compare = forms.BooleanField(label=CONSENTS["compare"], required=False)
    contact = forms.BooleanField(label=CONSENTS["contact"], required=False)

    def how(self) -> dict:
        """What `actions.answer` wants to know beside the answers."""
        given = self.cleaned_data
        helper = "" if given.get("helper") == "nobody" else given.get("helper", "")
        return {
            "helper": helper,
            "helped_by": given.get("helped_by", ""),
            "compare": given.get("compare", False),
            "contact": given.get("contact", False),
        }


class SendForm(HowForm):
    """The end of the form on screen. A colleague who answers has no case of their own to be
    contacted about.
    """

    def __init__(self, *args, worker=False, **kwargs):
        super().__init__(*args, **kwargs)
        if worker:
            for name in ("helper", "helped_by", "compare", "contact"):
                del self.fields[name]


class SheetForm(HowForm):
    """All questions on one page with their numbers: for typing in a sheet of paper, or for sitting
    together.
    """

    def __init__(self, asked, *args, offered=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked = asked
        after = {name: self.fields.pop(name) for name in list(self.fields)}
        if offered:
            self.fields["offered"] = forms.BooleanField(
                label=_(
                    "I offered the private way first, by link or on paper, and they chose to "
                    "answer with me."
                ),
                error_messages={"required": _("Offer the private way first.")},
            )
        for number, spec in enumerate(asked, 1):
            self.fields[f"q{number}"] = answer_field(
                spec, f"{number}. {_(spec['text'])}", required=False
            )
        self.fields |= after

    def answers(self) -> dict:
        given = (
            (spec["id"], self.cleaned_data.get(f"q{n}", "")) for n, spec in enumerate(self.asked, 1)
        )
        return {ident: value for ident, value in given if value}

    def refuse(self, refusal) -> None:
        """Show a refusal at the field it is about."""
        places = {spec["id"]: f"q{n}" for n, spec in enumerate(self.asked, 1)}
        name = places.get(refusal.field, refusal.field)
        self.add_error(name if name in self.fields else None, refusal.sentence)
