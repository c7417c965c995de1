"""Forms of the plan: one small form a page, each saved by itself. `version` says which state the
page was read in.
"""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from budgets.forms.fields import AmountField
from budgets.models import SupportPlan
from budgets.models.plan import FUNDERS, ROUTE_NAMES, ROUTES, UNITS, WHO
from budgets.money.amount_words import rate as in_pounds
from budgets.money.costing import read_weeks
from cases.assessment import questions
from cases.common.columns import column
from cases.common.likely_days import LATER, SOON, Life
from cases.models import Case
from cases.ui.form_toolkit import CaseForm, MoneyDays, OnceForm, day_field, life_of

LONG = 6000
ENOUGH = dict(column(SupportPlan, "enough").flatchoices)
HELPED = dict(column(SupportPlan, "helped").flatchoices)


def words(label, hint="", rows=6, required=True):
    """A large box for somebody's own words."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": _("Write a few words")},
    )


def one_of(choices, label, hint="", required=True):
    """Radios of which none is chosen beforehand."""
    return forms.ChoiceField(
        label=label,
        help_text=hint,
        required=required,
        choices=list(choices.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers")},
    )


class PartForm(forms.Form):
    """One page of the plan. `before`: what was said earlier, where the page is still empty, and
    `told`: when.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data=None, *, plan, before="", told="", **options):
        names = [name for name in self.base_fields if name != "version"]
        start = {name: getattr(plan, name) or before for name in names if hasattr(plan, name)}
        start["version"] = plan.version if plan.pk else 0
        super().__init__(data, initial=start, **options)
        if told:
            self.fields[self.heading_field].help_text = told

    def saved(self) -> dict:
        """What goes into the plan."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class WhatMattersForm(PartForm):
    heading_field = "what_matters"
    what_matters = words(
        _("What matters to you?"),
        _("People, places, habits, faith, pets: whatever makes your life yours."),
    )


class GoalsForm(PartForm):
    heading_field = "goals"
    goals = words(
        _("What do you want to be different?"), _("For example: I want to get out twice a week.")
    )


class RisksForm(PartForm):
    heading_field = "risks"
    risks = words(
        _("What could go wrong, and what happens then?"),
        _("For example: my helper is ill. Then my sister comes. You can leave this empty."),
        required=False,
    )


class InControlForm(PartForm):
    heading_field = "in_control"
    in_control = words(
        _("How do you stay in control?"),
        _("Who decides day by day, and who helps you to decide. You can leave this empty."),
        required=False,
    )


class EnoughForm(PartForm):
    """Sufficiency in the person's own view; over the indicative budget the reason is asked for as
    well.
    """

    enough = one_of(ENOUGH, _("Is the money enough for the support you need?"))
    enough_why = words(_("Why? (you can leave this empty)"), rows=3, required=False)
    over_reason = words(
        _("Your plan costs more than the budget. Why is that?"),
        _(
            "A plan may cost more than the first idea, or than your budget now. Whoever "
            "looks at your plan needs the reason."
        ),
        rows=3,
        required=False,
    )

    def __init__(self, data=None, *, plan, over=False, **options):
        super().__init__(data, plan=plan, **options)
        if not over:
            del self.fields["over_reason"]


class ContributionForm(PartForm):
    contribution_seen = forms.BooleanField(
        label=_("I have read this"),
        error_messages={"required": _("Tick the box when you have read this")},
    )


class HelpedForm(PartForm):
    heading_field = "helped"
    helped = one_of(
        HELPED,
        _("Did you have the help you wanted to plan?"),
        _(
            "Your answer changes nothing about the money. It tells the council whether its "
            "help is good."
        ),
    )


class RoutesForm(forms.Form):
    """Every paid line with all the ways to take the money beside each other, none chosen
    beforehand.
    """

    def __init__(self, data=None, *, lines, **options):
        super().__init__(data, **options)
        for line in lines:
            field = one_of({code: ROUTE_NAMES[code] for code in ROUTES}, line.what)
            field.initial = line.route or None
            field.error_messages["required"] = _(
                "Choose a way to take the money for each piece of support"
            )
            self.fields[f"route_{line.pk}"] = field

    def routes(self) -> dict[int, str]:
        return {
            int(name.removeprefix("route_")): value for name, value in self.cleaned_data.items()
        }


class LineForm(OnceForm):
    """What the support is, for what and by whom. What it costs is the next page."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    what = forms.CharField(
        label=_("What support is it?"),
        max_length=200,
        help_text=_("For example: help to wash and dress in the morning."),
        error_messages={"required": _("Say what support it is")},
    )
    outcome = forms.ChoiceField(
        label=_("What is it for?"), error_messages={"required": _("Choose what it is for")}
    )
    who = one_of(WHO, _("Who gives it?"))
    provider = forms.CharField(
        label=_("Their name, if you know it"), max_length=120, required=False
    )
    when = forms.CharField(
        label=_("When?"),
        max_length=120,
        required=False,
        help_text=_("For example: weekday mornings."),
    )

    def __init__(self, data=None, *, case, line=None, idea=None, **options):
        """`idea`: one of the council's directory, to begin a new line with."""
        names = ("what", "outcome", "who", "provider", "when")
        start = {name: getattr(line, name) for name in names} if line else {}
        if idea:
            start = {
                "what": idea.name,
                "outcome": idea.outcome,
                "who": "community",
                "provider": "",
                "when": idea.where[:120],
            }
        super().__init__(
            data,
            initial=start | {"version": line.version if line else 0},
            **options,
        )
        kind = "carer" if case.kind == "carer" else "adult"
        pages = questions.PAGES[kind]
        choices = [(code, pages[code][0]) for code in questions.OUTCOMES[kind] if code in pages]
        self.fields["outcome"].choices = [("", _("Choose one")), *choices]

    def saved(self) -> dict:
        return {k: v for k, v in self.cleaned_data.items() if k not in ("key", "version")}


class CostForm(forms.Form):
    """How much of it, how often, and what one costs. What is given for nothing has hours and no
    price.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    quantity = AmountField(
        label=_("How much?"),
        min_value=Decimal("0.01"),
        most=Decimal(9999),
        sign="",
        help_text=_("A number, such as 5 or 2.5. For something you buy once: 1."),
        error_messages={
            "required": _("Enter how much, as a number"),
            "invalid": _("Enter how much as a number, such as 5"),
        },
    )
    unit = one_of(UNITS, _("Of what?"))
    unit_rate = forms.ChoiceField(
        label=_("Take the price from the council's list?"),
        required=False,
        choices=[],
        help_text=_("If you choose one, you can leave the next box empty."),
    )
    rate = AmountField(
        label=_("What does one of them cost?"),
        places=4,
        most=Decimal("999999.9999"),
        error_messages={
            "required": _("Enter what one costs, or 0"),
            "invalid": _("Enter the cost in pounds, such as 16.29"),
        },
    )
    oncost_pct = AmountField(
        label=_("Employer's costs on top, in %"),
        most=Decimal(100),
        places=3,
        sign="%",
        width="short",
        required=False,
        help_text=_(
            "For example holiday pay and insurance. Leave it empty if they are in the price "
            "already."
        ),
    )
    weeks = forms.CharField(
        label=_("How many weeks a year?"),
        max_length=7,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
        help_text=_(
            "52 is the whole year. It does not matter for nights, months or things bought once."
        ),
    )

    def __init__(self, data=None, *, line, price_hint="", rates=(), **options):
        self.rates = {str(row.pk): row for row in rates if row.unit in UNITS}
        names = ("unit", "rate", "oncost_pct", "weeks")
        started = bool(line.quantity)
        start = {name: getattr(line, name) for name in names} if started else {"weeks": "52"}
        start |= {
            "version": line.version,
            "quantity": line.quantity.normalize() if started else None,
        }
        if started:
            start["rate"] = f"{line.rate.normalize():f}"
        elif (
            line.who == "community"
        ):  # most of them ask for nothing; what one does ask is typed over it
            start["rate"] = "0"
        start["unit_rate"] = line.unit_rate_id
        super().__init__(data, initial=start, **options)
        free = line.who == "family" or line.met_through_id
        if line.who != "pa" or free:
            del self.fields["oncost_pct"]
        if free:
            for name in ("rate", "weeks", "unit_rate"):
                del self.fields[name]
        else:
            self._offer_rates(price_hint)

    def _offer_rates(self, price_hint):
        if price_hint:
            self.fields["rate"].help_text = price_hint
        if not self.rates:
            del self.fields["unit_rate"]
            return
        self.fields["rate"].required = False
        listed = [
            (pk, f"{row.service}: {in_pounds(row.amount)}, {UNITS[row.unit]}")
            for pk, row in self.rates.items()
        ]
        self.fields["unit_rate"].choices = [("", _("No, I enter the price")), *listed]

    def clean(self):
        found = super().clean()
        row = self.rates.get(found.get("unit_rate") or "")
        if row is not None and found.get("unit") not in (None, row.unit):
            self.add_error(
                "unit", _("This price is for another unit: %(unit)s.") % {"unit": UNITS[row.unit]}
            )
        if (
            row is None
            and "rate" in self.fields
            and found.get("rate") is None
            and "rate" not in self.errors
        ):
            self.add_error("rate", _("Enter what one costs, or 0"))
        return found

    def clean_weeks(self):
        try:
            return read_weeks(self.cleaned_data["weeks"] or "52")
        except ValueError as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def saved(self) -> dict:
        given = {k: v for k, v in self.cleaned_data.items() if k != "version"}
        if "oncost_pct" in given:
            given["oncost_pct"] = given["oncost_pct"] or Decimal(0)
        if "unit_rate" in given:
            given["unit_rate"] = self.rates.get(given["unit_rate"])
        if given.get("unit_rate"):
            given.pop("rate", None)
        return given


class TermsForm(MoneyDays):
    """From when until when, and who pays. Staff may write down that it is met through another
    person's plan.
    """

    money_days = {"begins_on": SOON, "ends_on": LATER}
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    begins_on = day_field(
        label=_("From which day?"),
        required=False,
        help_text=_("Leave it empty if it begins when the plan is agreed."),
    )
    ends_on = day_field(
        label=_("Until which day?"), required=False, help_text=_("Leave it empty if it goes on.")
    )
    funder = one_of(
        FUNDERS,
        _("Who pays for it?"),
        _(
            "Only what the council pays counts against the budget. Aftercare under section 117 "
            "means the NHS’s share only: the council’s share is a part of its own."
        ),
    )
    free = forms.BooleanField(
        label=_("Nobody may be asked to pay towards it"),
        required=False,
        help_text=_(
            "For what the council pays and the law or the council takes no contribution for: "
            "reablement, aids, the council’s share of aftercare under section 117."
        ),
    )
    met_through = forms.CharField(
        label=_("Reference of the other person's case, if it is met through theirs"),
        max_length=6,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "autocomplete": "off"}),
        help_text=_(
            "A carer's break that is paid in the plan of the person they care for, for "
            "example. It costs nothing here."
        ),
    )
    met_agreed_on = day_field(
        label=_("On what day did the other person agree to that?"), required=False
    )

    def __init__(self, data=None, *, line, elsewhere, **options):
        """`elsewhere`: may the reader say that it is met through a case of somebody else?"""
        self.line = line
        start = {
            name: getattr(line, name)
            for name in ("version", "begins_on", "ends_on", "funder", "met_agreed_on")
        }
        start["free"] = elsewhere and line.free
        start["met_through"] = line.met_through.ref if elsewhere and line.met_through else ""
        super().__init__(data, initial=start, **options)
        if not elsewhere:
            del self.fields["met_through"], self.fields["met_agreed_on"], self.fields["free"]

    def life(self) -> Life:
        return life_of(self.line.plan.case)

    def clean_met_through(self):
        ref = self.cleaned_data["met_through"].strip().upper()
        found = Case.objects.filter(ref=ref).first() if ref else None
        if ref and found is None:
            raise forms.ValidationError(
                _("There is no such case of another person that you work on.")
            )
        return found

    def clean(self):
        found = super().clean()
        first, last = found.get("begins_on"), found.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day can't be before the first."))
        return found

    def saved(self) -> dict:
        return {k: v for k, v in self.cleaned_data.items() if k != "version"}


class SubmitForm(CaseForm):
    """Sending the plan as it was read. A worker who records it for the person says how they were
    told, and reads it back.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, case, plan):
        super().__init__(data, case=case, initial={"version": plan.version if plan else None})


class AnswerOfferForm(CaseForm):
    """Yes or no to what the council proposes; a no gives its reason."""

    answer = one_of(
        {
            "accept": _("I accept it"),
            "decline": _("I do not accept it: my plan goes back to me, and I can change it"),
        },
        _("Do you accept this proposal?"),
    )
    reason = words(
        _("Is there anything to say about it? If you do not accept it: why?"),
        rows=4,
        required=False,
    )

    def clean(self):
        found = super().clean()
        if found.get("answer") == "decline" and not found.get("reason", "").strip():
            self.add_error("reason", _("Say in a few words why you do not accept it"))
        return found
