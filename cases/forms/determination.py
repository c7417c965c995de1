"""Forms of the assessor: a comment beside the person's words, the determination, an agreed answer.
Shape only.
"""

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from cases import journey
from cases.assessment import questions
from cases.common import dates
from cases.ui.form_toolkit import LONG, CaseForm, day_field, long_text, radios, yes_no


def by_label(spec: dict) -> dict[str, str]:
    """The options of a question as a form keeps them: text -> label. Their own values come back by
    `value_in`.
    """
    return {str(o["value"]): o["label"] for o in spec["options"]}


def value_in(spec: dict, typed: str):
    """The option's own value (a number or a code) of what the form sent."""
    return next(o["value"] for o in spec["options"] if str(o["value"]) == typed)


class CommentForm(CaseForm):
    """The assessor's voice on one question: words beside words, a level beside a level."""

    def __init__(self, data=None, *, case, spec, answer):
        start = {"seen": answer.version if answer else 0, "value": answer.value if answer else None}
        super().__init__(data, case=case, initial=start)
        self.spec = spec
        if spec["kind"] == "text":
            self.fields["value"] = long_text(
                label=_("Your comment"), help_text=_("The person can read this.")
            )
            self.fields["value"].max_length = LONG
        else:
            self.fields["value"] = radios(
                by_label(spec), label=_("Your view"), help_text=spec["text"]
            )

    def clean_value(self):
        value = self.cleaned_data["value"]
        return value if self.spec["kind"] == "text" else value_in(self.spec, value)


class AgreedForm(CaseForm):
    """One missing answer, agreed with the person."""

    def __init__(self, data=None, *, case, spec):
        super().__init__(data, case=case)
        self.spec = spec
        self.fields["value"] = radios(by_label(spec), label=spec["text"])
        self.fields["answered_on"] = day_field(label=_("When did they tell you?"))

    def clean_value(self):
        return value_in(self.spec, self.cleaned_data["value"])

    def clean_answered_on(self):
        day = self.cleaned_data["answered_on"]
        if day > dates.today():
            raise forms.ValidationError(_("Choose today or an earlier day."))
        return day


class DetermineForm(CaseForm):
    """Outcome by outcome with the tests, what the law asks beside it, reasons, and the decision
    itself.

    `open_answers`: (question, value to begin with) where a level is missing, is the worker's to
    give, or is seen differently. The names of an outcome's fields are `tests_<outcome>` and
    `reason_<outcome>`.
    """

    arises = yes_no(
        label=_(
            "Do the needs arise from, or relate to, a physical or mental impairment or illness?"
        )
    )
    areas = forms.MultipleChoiceField(
        label=_("Which areas of wellbeing are affected?"),
        choices=list(questions.WELLBEING.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    impact = yes_no(
        label=_("Is there, or is there likely to be, a significant impact on their wellbeing?")
    )
    reasons = long_text(label=_("The reasons, as the person will read them"))
    advice = long_text(
        label=_("Advice in writing"),
        required=False,
        help_text=_(
            "What can be done to meet or reduce the needs, and to prevent new ones. "
            "Needed when there are no eligible needs."
        ),
    )
    eligible = yes_no(label=_("Are there eligible needs? You decide."))

    def __init__(self, data=None, *, case, open_answers=()):
        super().__init__(data, case=case)
        self.kind = "carer" if case.kind == "carer" else "adult"
        if self.kind == "carer":
            self.fields["arises"].label = _(
                "Do the needs arise because they provide necessary care for an adult?"
            )
            self.fields["health"] = yes_no(
                label=_("Is their own health deteriorating because of caring, or at risk of it?")
            )
        tests = list(questions.tests_for(self.kind).items())
        for outcome in questions.OUTCOMES[self.kind]:
            self.fields[f"tests_{outcome}"] = forms.MultipleChoiceField(
                label=_("Tick each test that is met"),
                choices=tests,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
            self.fields[f"reason_{outcome}"] = forms.CharField(
                label=_("Why?"),
                required=False,
                validators=[MaxLengthValidator(LONG)],
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        self.open_answers = {f"agreed_{n}": spec for n, (spec, _start) in enumerate(open_answers)}
        for (name, spec), (_spec, start) in zip(
            self.open_answers.items(), open_answers, strict=True
        ):
            choices = [("", _("Not agreed yet")), *by_label(spec).items()]
            self.fields[name] = forms.ChoiceField(
                label=spec["text"],
                choices=choices,
                required=False,
                initial="" if start is None else str(start),
            )

    def outcomes(self):
        """(code, title, tests, reason) for each outcome, in the law's order."""
        for code, title in questions.OUTCOMES[self.kind].items():
            yield code, title, self[f"tests_{code}"], self[f"reason_{code}"]

    def marked(self) -> int:
        """How many outcomes have a test ticked: the software counts, a person decides."""
        return (
            sum(bool(self[f"tests_{code}"].data) for code in questions.OUTCOMES[self.kind])
            if self.is_bound
            else 0
        )

    def only_count(self) -> None:
        """Show the count without a word about what is not answered yet."""
        self._errors = forms.utils.ErrorDict()

    def word(self) -> str:
        """The words of the timeline for what was decided."""
        name = "determine_eligible" if self.cleaned_data["eligible"] else "determine_not_eligible"
        return journey.MOVES[name].done

    def decision(self) -> dict:
        """The facts as `actions.determine` takes them."""
        given = self.cleaned_data
        found = {
            code: {"tests": given[f"tests_{code}"], "reason": given[f"reason_{code}"]}
            for code in questions.OUTCOMES[self.kind]
            if given[f"tests_{code}"] or given[f"reason_{code}"]
        }
        agreed = {
            s["id"]: value_in(s, given[name])
            for name, s in self.open_answers.items()
            if given[name]
        }
        plain = {
            k: given[k] for k in ("arises", "impact", "areas", "reasons", "advice", "eligible")
        }
        plain["health"] = given.get("health", False)
        return plain | {"findings": found, "agreed": agreed}
