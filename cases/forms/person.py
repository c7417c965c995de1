"""Forms of asking for support: for oneself, for someone else, and by staff for whoever asked them.

Shape only: which fields there are and what a sensible entry looks like. Whether it may be done now
is the rule of an action. Not here: the pages (views/public.py), the questions of the
self-assessment (answer.py).
"""

import unicodedata
from datetime import date, timedelta

import nhs_number
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cases.common import dates
from cases.common.match_keys import Known
from cases.forms.danger import REVEALED, DangerQuestion, hint_for
from cases.forms.same_person import same_as_field
from cases.letters import sms
from cases.models import Person
from cases.models.case import CHANNELS
from cases.models.people import CONTACT_BY, FORMATS, NEED_GROUPS, REACHED_BY, years_of
from cases.records import same_person
from cases.ui.form_toolkit import OnceForm

WHO_FOR = {
    "me": _("Me: I need support"),
    "carer": _("Me: I look after someone, and that is hard"),
    "other": _("Someone I know"),
    "professional": _("Someone I work with, as a professional"),
}
YOUNGEST = 16  # somebody who will soon be an adult may be asked for
JOINERS = "\u200c\u200d"  # part of how some scripts are written
NOBODY_KNOWN = "new"  # none of those whom a sign-in stands for
KNOWS = {"yes": _("Yes"), "no": _("Not yet")}
TAKEN_BY = {code: CHANNELS[code] for code in ("phone", "visit", "paper", "professional")}


def birthday(label):
    """A date of birth in three boxes; nobody has to know or give it."""
    last = dates.today().year
    return forms.DateField(
        label=label,
        required=False,
        help_text=_("For example, 27 3 1950. You can leave it out."),
        widget=forms.SelectDateWidget(years=range(last, 1899, -1), attrs={"autocomplete": "bday"}),
        error_messages={"invalid": _("Enter a real date of birth, such as 27 3 1950")},
    )


def typed_name(text: str) -> str:
    """A name without the marks that nobody sees (they come along from documents) and without
    double spaces. Any name is a name: of one word, of one letter. Raises ValidationError where
    nothing of it can be read.
    """
    seen = (c for c in text if c in JOINERS or unicodedata.category(c) not in ("Cf", "Cc", "Co"))
    name = " ".join("".join(seen).split())
    if not any(c.isalnum() for c in name):
        raise forms.ValidationError(_("Enter a name that can be read"))
    return name


def likely_birthday(born: date | None) -> date | None:
    """A birthday of somebody whom this service is for. Raises ValidationError with what is meant to
    be looked at: the day, or where a child is helped.
    """
    if born is None:
        return None
    if not date(1900, 1, 1) <= born <= dates.today():
        raise forms.ValidationError(_("Enter a date of birth between 1900 and today"))
    age = years_of(born, dates.today())
    if age < YOUNGEST:
        words = ngettext(
            "Born then, they are %(n)s year old. Check the year. For a child, ask the council’s "
            "service for children.",
            "Born then, they are %(n)s years old. Check the year. For a child, ask the council’s "
            "service for children.",
            age,
        )
        raise forms.ValidationError(words % {"n": age})
    return born


def nhs_field(label) -> forms.CharField:
    """An NHS number as people type it; `real_nhs_number` cleans it."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=14,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-10"}),
    )


def real_nhs_number(typed: str) -> str:
    """The ten digits of what was typed. Raises ValidationError where they do not go together."""
    number = typed.replace(" ", "").replace("-", "")
    if number and not nhs_number.is_valid(number):
        raise forms.ValidationError(
            _("Check the NHS number: it has 10 digits, and these do not go together")
        )
    return number


def not_too_long(words):
    """A limit that nobody meets by writing: no counter has to stand under the box."""
    if len(words) > 5000:
        raise forms.ValidationError(_("Write at most 5,000 characters. You can tell us more later"))


class WhoForm(forms.Form):
    """The first question of asking: nothing is kept, the answer leads to the right questions."""

    heading_field = "who"
    who = forms.ChoiceField(
        label=_("Who needs support?"),
        choices=WHO_FOR,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose who needs support"),
            "invalid_choice": _("Choose who needs support"),
        },
    )


class AboutForm(forms.Form):
    """Whom it is about, where one sign-in stands for several people. `selves`: number of the tie ->
    person.
    """

    heading_field = "about"

    def __init__(self, selves, *args, **kwargs):
        super().__init__(*args, **kwargs)
        names = {number: person.name for number, person in selves.items()} | {
            NOBODY_KNOWN: _("Somebody else")
        }
        self.fields["about"] = forms.ChoiceField(
            label=_("Who is this about?"),
            choices=names,
            widget=forms.RadioSelect,
            error_messages={
                "required": _("Choose who this is about"),
                "invalid_choice": _("Choose who this is about"),
            },
        )


class Contact(OnceForm):
    """A safe way to reach somebody, and how they take in information."""

    key: forms.Field = forms.UUIDField(widget=forms.HiddenInput)
    contact_by = forms.ChoiceField(
        label=_("What is a safe way to reach you?"),
        choices=CONTACT_BY,
        widget=forms.RadioSelect,
        help_text=_("Choose the way that nobody else can hear or read, if that matters to you."),
        error_messages={"required": _("Choose a safe way to reach you")},
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Enter an e-mail address like name@example.com")},
    )
    phone = forms.CharField(
        label=_("Telephone number"),
        required=False,
        max_length=30,
        widget=forms.TextInput(
            attrs={"type": "tel", "autocomplete": "tel", "class": "govuk-input--width-20"}
        ),
    )
    address = forms.CharField(
        label=_("Address for letters"),
        required=False,
        validators=[not_too_long],
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )
    contact_note = forms.CharField(
        label=_("Is there a time when we must not phone, or something we must never do?"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: phone after 10. Do not leave a message."),
    )
    communication = forms.ChoiceField(
        label=_("How do you like to get information?"),
        choices=FORMATS,
        initial="standard",
        widget=forms.RadioSelect,
    )
    language = forms.CharField(
        label=_("Do you need an interpreter, or another language?"),
        required=False,
        max_length=80,
        help_text=_("Tell us which. You can leave it out."),
    )

    NEEDED = {
        "email": _("Enter the e-mail address that we can write to"),
        "text": _("Enter the mobile number that we can text"),
        "phone": _("Enter the number that we can phone"),
        "letter": _("Enter the address that we can write to"),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not sms.ready():
            ways = [(code, words) for code, words in CONTACT_BY.items() if code != "text"]
            self.fields["contact_by"].choices = ways

    def clean_phone(self):
        number = self.cleaned_data["phone"]
        if number and sum(c.isdigit() for c in number) < 7:
            raise forms.ValidationError(
                _("Enter a telephone number with its area code, like 01632 960 001")
            )
        return number

    def clean(self):
        found = super().clean()
        way = found.get("contact_by")
        field = {"letter": "address", "text": "phone"}.get(way, way)
        if way and not found.get(field) and field not in self.errors:
            self.add_error(field, self.NEEDED[way])
        return found

    def person_fields(self) -> dict:
        """What belongs on the Person."""
        return {name: self.cleaned_data[name] for name in REACHED_BY}


class AskForm(DangerQuestion, Contact):
    """Asking for oneself, in one's own name or as a carer."""

    SAFE = ("contact_by", "email", "phone", "address", "contact_note")
    ORDER: tuple[str, ...] = ("key", *SAFE, "words", "danger", *REVEALED, "name", "born")
    BORN = _("What is your date of birth?")
    BY_STAFF = False
    name = forms.CharField(
        label=_("What is your name?"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your name")},
    )
    words = forms.CharField(
        label=_("What is happening, and what would help?"),
        validators=[not_too_long],
        help_text=_("In your own words. A few lines are enough. Spelling does not matter."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Tell us what is happening")},
    )

    def __init__(self, *args, council, paper=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.say_what_it_does(hint_for(council, staff=self.BY_STAFF, paper=paper))
        self.fields["born"] = birthday(self.BORN)
        self.order_fields(self.ORDER)

    def clean_name(self):
        name = self.cleaned_data["name"]
        return typed_name(name) if name else name

    def clean_born(self):
        return likely_birthday(self.cleaned_data["born"])

    def words_told(self) -> str:
        """The words as the council reads them."""
        return self.cleaned_data["words"]


class KnownAskForm(AskForm):
    """Asking again: name and safe contact are known already and are not asked a second time."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in list(self.fields):
            if name not in ("key", "words", "danger", *REVEALED):
                del self.fields[name]


class AskForOtherForm(AskForm):
    """Asking for someone else, as family, friend or professional."""

    ORDER = (
        "key",
        *AskForm.SAFE,
        "words",
        "danger",
        *REVEALED,
        "name",
        "born",
        "asker_name",
        "relation",
        "knows",
        "asker_email",
    )
    BORN = _("What is their date of birth?")
    asker_name = forms.CharField(
        label=_("What is your own name?"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Enter your own name")},
    )
    relation = forms.CharField(
        label=_("Who are you to them?"),
        max_length=120,
        help_text=_("For example: daughter, neighbour, nurse."),
        error_messages={"required": _("Tell us who you are to them")},
    )
    knows = forms.ChoiceField(
        label=_("Do they know that you are asking?"),
        choices=KNOWS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether they know")},
    )
    asker_email = forms.EmailField(
        label=_("Your own e-mail address"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_(
            "Then you can sign in and read what you sent. You see more only when they allow it."
        ),
        error_messages={"invalid": _("Enter an e-mail address like name@example.com")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        words = {
            "name": _("What is their name?"),
            "contact_by": _("What is a safe way to reach them?"),
            "communication": _("How do they like to get information?"),
            "language": _("Do they need an interpreter, or another language?"),
            "otherwise": _("If there is no safe number: how else can we reach them?"),
            "email": _("Their e-mail address"),
            "phone": _("Their telephone number"),
            "address": _("Their address"),
        }
        for name, label in words.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("autocomplete", None)
        self.fields["born"].widget.attrs.pop("autocomplete", None)
        self.fields["name"].error_messages["required"] = _("Enter their name")
        self.fields["contact_by"].error_messages["required"] = _("Choose a safe way to reach them")

    def words_told(self) -> str:
        data = self.cleaned_data
        knows = (
            _("The person knows.") if data["knows"] == "yes" else _("The person does not know yet.")
        )
        reach = f" {data['asker_email']}" if data["asker_email"] else ""
        return (
            f"{super().words_told()}\n\n"
            f"{_('Asked by')}: {data['asker_name']}, {data['relation']}{reach}. {knows}"
        )


class TakeForm(AskForm):
    """A request that reached the council by phone, on a visit, on paper or from a professional."""

    ORDER = (
        "key",
        "channel",
        "asked_on",
        "nhs",
        "use_known",
        "kind",
        "name",
        "born",
        "words",
        "danger",
        *REVEALED,
        "need_group",
    )
    BORN = _("Date of birth")
    BY_STAFF = True
    channel = forms.ChoiceField(
        label=_("How did it reach us?"), choices=TAKEN_BY, widget=forms.RadioSelect
    )
    asked_on = forms.DateField(
        label=_("On what day did they ask?"),
        help_text=_("Every clock of the case starts on this day."),
        widget=forms.SelectDateWidget,
        error_messages={"invalid": _("Enter a real date, such as 27 3 2026")},
    )
    nhs = nhs_field(_("NHS number, if known"))
    use_known = forms.BooleanField(
        label=_("Use the record we already have for this NHS number"), required=False
    )
    kind = forms.ChoiceField(
        label=_("What is the request about?"),
        widget=forms.RadioSelect,
        choices={
            "adult": _("Their own care and support needs"),
            "carer": _("Their needs as a carer"),
        },
    )
    need_group = forms.ChoiceField(
        label=_("Main reason for support"),
        required=False,
        choices={"": _("Not known yet"), **NEED_GROUPS},
    )

    def __init__(self, *args, council, by, **kwargs):
        super().__init__(*args, council=council, **kwargs)
        self.council, self.by, self.known = council, by, None
        self.fields["asked_on"].initial = dates.today
        self.fields["asked_on"].widget.years = range(dates.today().year, dates.today().year - 2, -1)
        labels = {
            "name": _("Name"),
            "words": _("What is happening, in their words?"),
            "contact_by": _("A safe way to reach them"),
            "communication": _("How do they take in information?"),
            "otherwise": _("If there is no safe number: how else can we reach them?"),
            "contact_note": _("When not to phone, and what never to do"),
            "language": _("Interpreter or language"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
        needed = {"name": _("Enter the name"), "contact_by": _("Choose a safe way to reach them")}
        for name, words in needed.items():  # not needed where the person is known; see clean
            self.fields[name].required, self.fields[name].error_messages["required"] = False, words
        self.fields["born"].help_text = _("For example, 27 3 1950.")

    def clean_asked_on(self):
        day = self.cleaned_data["asked_on"]
        if day > dates.today():
            raise forms.ValidationError(_("The day they asked can't be in the future"))
        if day < dates.today() - timedelta(days=366):
            raise forms.ValidationError(_("Check the year: that is more than a year ago"))
        return day

    def clean_nhs(self):
        return real_nhs_number(self.cleaned_data["nhs"])

    def clean(self):
        found = super().clean()
        if found.get("nhs"):
            self.known = Person.objects.filter(
                council=self.council, nhs_number=found["nhs"]
            ).first()
        if self.known and not found.get("use_known"):
            born = f", {dates.date_words(self.known.born)}" if self.known.born else ""
            words = _(
                "We already have %(who)s under this NHS number. Tick the box below to use "
                "that record"
            )
            self.add_error("nhs", words % {"who": f"{self.known.name}{born}"})
        if not self.known:
            for name in ("name", "contact_by"):
                if not found.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        if not self.known and not self.errors:
            self._one_of_these(found)
        return found

    def _one_of_these(self, found: dict) -> None:
        """Ask whether it is somebody who is known already, where somebody is alike."""
        names = ("name", "born", "nhs", "phone", "address")
        typed = Known(**{name: found[name] for name in names if found.get(name)})
        matches = same_person.likely_matches(typed, self.council, self.by)
        if not matches:
            return
        field = self.fields["same_as"] = same_as_field(matches)
        given = self.data.get("same_as", "")
        if not field.valid_value(given):
            self.add_error("same_as", _("Choose who it is: somebody like this is known already"))
        self.known = next((m.person for m in matches if str(m.person.pk) == given), None)

    def person_fields(self) -> dict:
        return super().person_fields() | {"nhs_number": self.cleaned_data["nhs"]}
