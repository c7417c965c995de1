"""Forms of the person's record: messages, what is known, replies to a difference, the review. Shape
only.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.casefile import reviews
from cases.casefile.reviews import QUESTIONS
from cases.forms.danger import REVEALED, DangerQuestion, hint_for
from cases.forms.person import (
    Contact,
    birthday,
    likely_birthday,
    nhs_field,
    real_nhs_number,
    typed_name,
)
from cases.models import User
from cases.models.asked import REPLIES
from cases.records import personal_details
from cases.ui.choice_fields import RevealingTick
from cases.ui.form_toolkit import (
    LONG,
    PERSON_READS,
    STAFF_ONLY,
    CaseForm,
    add_told,
    day_field,
    long_text,
    radios,
)


class WriteForm(DangerQuestion, CaseForm):
    """A message. `alone`: offered where somebody helps, so that one can speak without them. With
    the box about danger ticked it is no message any more: it goes to those who ring, and nobody
    else reads it.
    """

    words = long_text(label=_("Your message"), error_messages={"required": _("Write your message")})
    alone = forms.BooleanField(
        label=_("Only for my social worker. Nobody who helps me may see it, or the answer"),
        required=False,
    )

    danger = RevealingTick(
        label=_("Someone may be in danger, or without food, medicine or care today"), required=False
    )
    field_order = ("words", "alone", "danger", *REVEALED)

    def __init__(self, data=None, *, case, alone=False, behalf=False):
        super().__init__(data, case=case)
        self.say_what_it_does(hint_for(case.council, staff=behalf), ticked="on")
        if not alone:
            del self.fields["alone"]
        if behalf:
            self.fields["words"].label = _("What did they say?")
            add_told(self, case.person.name)


class AskForm(CaseForm):
    """Asking for something that needs no words; a few may go with it."""

    words = long_text(label=_("Is there anything that we should know? (optional)"), required=False)

    def __init__(self, data=None, *, case, behalf=False):
        super().__init__(data, case=case)
        if behalf:
            add_told(self, case.person.name)


class AnswerForm(CaseForm):
    words = long_text(label=_("Your answer"), help_text=PERSON_READS)


class WithholdForm(CaseForm):
    """Whose openings of the record the person is not shown."""

    user = forms.ModelChoiceField(
        queryset=User.objects.none(),
        label=_("Which colleague?"),
        empty_label=None,
        widget=forms.RadioSelect,
    )
    since = day_field(label=_("From which day on?"))
    until = day_field(label=_("Until which day? (optional)"), required=False)
    reason = long_text(label=_("Why?"), help_text=STAFF_ONLY)

    def __init__(self, data=None, *, case, viewers):
        super().__init__(data, case=case)
        self.fields["user"].queryset = viewers or User.objects.none()


class PersonalDetailsForm(CaseForm, Contact):
    """What is known, to put right: every box holds what stands now. `version` is that of the
    person's row.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    other_names = forms.CharField(
        label=_("Other names, such as a former one (optional)"),
        max_length=200,
        required=False,
        help_text=_("With a comma between two."),
    )
    born = birthday(_("Date of birth"))
    access_needs = forms.CharField(
        label=_("What helps you when we meet or visit? (optional)"),
        max_length=300,
        required=False,
        help_text=_("For example: ring twice and wait; a hearing loop; no stairs."),
    )
    nhs_number = nhs_field(_("NHS number (optional)"))
    field_order = (
        "name",
        "other_names",
        "born",
        "contact_by",
        "email",
        "phone",
        "address",
        "contact_note",
        "communication",
        "language",
        "access_needs",
        "nhs_number",
        "told_by",
        "told_on",
        "read_back",
    )
    KEPT = (
        "name",
        "other_names",
        "born",
        "contact_by",
        "contact_note",
        "email",
        "phone",
        "address",
        "communication",
        "language",
        "access_needs",
        "nhs_number",
    )

    def __init__(self, data=None, *, case, behalf=False):
        person = case.person
        start = {name: getattr(person, name) for name in self.KEPT} | {"version": person.version}
        super().__init__(data, case=case, initial=start)
        if not behalf:
            for name in personal_details.OURS:
                del self.fields[name]
        else:
            self.fields["contact_by"].label = _("What is a safe way to reach them?")
            self.fields["access_needs"].label = _("What helps when we meet or visit? (optional)")
            add_told(self, person.name)
            self.order_fields(self.field_order)

    def clean_name(self):
        return typed_name(self.cleaned_data["name"])

    def clean_born(self):
        return likely_birthday(self.cleaned_data["born"])

    def clean_nhs_number(self):
        return real_nhs_number(self.cleaned_data["nhs_number"])

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.KEPT if name in self.fields}


class ReplyForm(CaseForm):
    """What the person says to one difference. `version`: of the other answer as it was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reply = radios(
        REPLIES,
        label=_("What do you say?"),
        help_text=_("No answer is changed by this: all of them stay."),
    )
    words = long_text(label=_("In your own words (optional)"), required=False)

    def __init__(self, data=None, *, case, version, behalf=False):
        super().__init__(data, case=case, initial={"version": version})
        if behalf:
            add_told(self, case.person.name)


class ReviewForm(CaseForm):
    """What stands, each with a box for what has changed; none of it has to be answered, and
    "nothing" is an answer.
    """

    works = long_text(label=QUESTIONS["works"], required=False)
    wanted = long_text(label=QUESTIONS["wanted"], required=False)
    changed = long_text(label=QUESTIONS["changed"], required=False)
    same = forms.BooleanField(label=QUESTIONS["same"], required=False)

    def __init__(self, data=None, *, case, sums, behalf=False):
        super().__init__(data, case=case)
        stands = reviews.standing_facts(case, sums)
        for code, title, words in stands:
            self.fields[reviews.CHANGED + code] = forms.CharField(
                label=_("%(what)s: what has changed?") % {"what": title},
                max_length=LONG,
                required=False,
                help_text=words,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        self.order_fields(
            [
                "same",
                *(reviews.CHANGED + code for code, _t, _w in stands),
                "changed",
                "works",
                "wanted",
            ]
        )
        if behalf:
            add_told(self, case.person.name)

    def words(self) -> dict[str, str]:
        given = self.cleaned_data
        found = {"same": str(_("Yes"))} if given["same"] else {}
        return found | {
            name: text
            for name, text in given.items()
            if name in QUESTIONS and name != "same" or name.startswith(reviews.CHANGED)
        }
