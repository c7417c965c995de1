"""Forms of what is written down beside the moves: choices, orders, accounts, checks, worries. Shape
only.
"""

from dataclasses import replace
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from budgets.decision import uplift
from budgets.forms.fields import AmountField
from budgets.forms.payment import points, terms_field, weeks_field
from budgets.models import (
    Concern,
    Estate,
    FinalAccount,
    HeldEntry,
    HouseholdPay,
    SurplusDecision,
    UnmetRequest,
)
from budgets.position import notice
from budgets.position.differences import root
from budgets.position.entitlement_facts import native_amount
from budgets.position.money_presenter import price_words
from budgets.position.what_came import amount_words
from cases.common import dates
from cases.common.likely_days import GONE_BY, SOON
from cases.ui.date_words import day
from cases.ui.form_toolkit import (
    PERSON_READS,
    STAFF_ONLY,
    CaseForm,
    MoneyField,
    day_field,
    long_text,
    radios,
    yes_no,
)

NO_NAMES = _("Without a name and without anything that says who it is: others read it.")


def words(**options):
    return forms.CharField(max_length=options.pop("max_length", 200), **options)


class BalanceField(forms.DecimalField):
    """Pounds as people type them; an overdrawn account is below £0."""

    def __init__(self, **options):
        widget = forms.TextInput(
            attrs={"prefix": "£", "inputmode": "decimal", "class": "govuk-input--width-5"}
        )
        super().__init__(max_digits=10, decimal_places=2, widget=widget, **options)

    def to_python(self, value):
        return super().to_python(
            value.replace("£", "").replace(",", "").strip() if isinstance(value, str) else value
        )


class LineForm(CaseForm):
    """Names one line among those offered; no other can be chosen."""

    def __init__(self, data=None, *, case, lines):
        super().__init__(data, case=case)
        self.fields["line"] = radios(
            {str(x.pk): x.what for x in lines}, label=_("Which part of the plan?")
        )
        self.order_fields(["line", *(name for name in self.fields if name != "line")])
        self.by_key = {str(x.pk): x for x in lines}

    def clean_line(self):
        return self.by_key[self.cleaned_data["line"]]


class ChoiceForm(LineForm):
    offered = words(label=_("What did the council offer first?"), required=False)
    chosen = words(label=_("What did the person choose?"))
    chosen_by = words(
        max_length=120, label=_("Who chose?"), help_text=_("The person, or who for them.")
    )
    chosen_on = day_field(label=_("On what day?"))
    differs = long_text(
        label=_("What differs from the first offer, and why?"),
        required=False,
        help_text=PERSON_READS,
    )


class OrderForm(LineForm):
    provider = words(
        max_length=120,
        label=_("From whom?"),
        help_text=_("Any name: it need not be in the directory."),
    )
    what = words(label=_("What is ordered?"))
    begins_on = day_field(label=_("From which day?"))
    ends_on = day_field(label=_("Until which day? Leave it empty if it goes on."), required=False)
    reference = words(max_length=60, label=_("Order number"), required=False)


class BeginExtraForm(LineForm):
    """The day on which support for a time really began."""

    money_days = {"started_on": SOON}

    started_on = day_field(label=_("On what day was the support really there?"))


class TellProviderForm(CaseForm):
    """Which provider was told that its order ends, or that it goes on after all, and when; only
    those that nobody has told yet.
    """

    def __init__(self, data=None, *, case, ends):
        super().__init__(data, case=case)
        offered = {str(end.pk): self._words(end) for end in ends}
        self.fields["end"] = radios(offered, label=_("Which provider?"))
        self.fields["told_on"] = day_field(label=_("On what day were they told?"))
        self.by_key = {str(end.pk): end for end in ends}

    @staticmethod
    def _words(end):
        what = f"{end.order.provider}: {end.order.what}"
        if end.undone_at:
            return _("%(what)s. It goes on after all") % {"what": what}
        return _("%(what)s. It ends on %(day)s") % {"what": what, "day": day(end.ends_on)}

    def clean_end(self):
        return self.by_key[self.cleaned_data["end"]]


class NhsShareForm(CaseForm):
    """Who said what of it is the NHS's share. `shares`: the parts of the plan that could be the
    council's.
    """

    who = words(max_length=120, label=_("Who at the NHS, or in the council, confirmed it?"))
    said = long_text(label=_("What was agreed, and when?"), help_text=PERSON_READS)

    def __init__(self, data=None, *, case, shares=()):
        super().__init__(data, case=case)
        self.by_key = {str(x.pk): x for x in shares}
        if shares:
            parts = {key: x.what for key, x in self.by_key.items()}
            self.fields["share"] = radios(
                {"none": _("None: all of it is the NHS’s share")} | parts,
                label=_("Which part of the plan is the council’s share of it?"),
            )

    def clean_share(self):
        return self.by_key.get(self.cleaned_data["share"])


class PriceForm(LineForm):
    """Another price of one line, from a day on."""

    money_days = {"on": SOON}

    rate = AmountField(
        places=4,
        most=Decimal("999999.9999"),
        label=_("What does one unit cost from then on?"),
    )
    on = day_field(label=_("From which day?"))
    reason = long_text(label=_("Why does the price change?"), help_text=PERSON_READS)

    def __init__(self, data=None, *, case, lines):
        super().__init__(data, case=case, lines=lines)
        today = dates.today()
        self.fields["on"].help_text = _("A price that is lower: %(rule)s") % {
            "rule": notice.rule(notice.first_day(case.council_id, today), case, today)
        }
        prices = uplift.prices_agreed(case) if lines else {}
        self.fields["line"].choices = [
            (str(x.pk), f"{x.what}: {self._words(prices[root(x)])}") for x in lines
        ]

    @staticmethod
    def _words(prices):
        """What one unit costs now, and what was agreed for a day to come."""
        today = dates.today()
        return ", ".join(
            (_("%(price)s now") if first <= today else _("%(price)s from %(day)s"))
            % {"price": price_words(line), "day": day(first)}
            for first, line in prices
        )


class CameForm(LineForm):
    """What came of one part on some days. `parts`: those it can be said of."""

    money_days = {"begins_on": GONE_BY, "ends_on": GONE_BY}

    begins_on = day_field(label=_("The first day"))
    ends_on = day_field(label=_("The last day"))
    came = radios(
        {
            "none": _("It did not come: it costs nothing"),
            "less": _("It came, and cost less"),
            "all": _("It came as agreed: what was written down before is wrong"),
        },
        label=_("What came on these days?"),
    )
    cost = MoneyField(
        label=_("If it cost less: what did it cost?"),
        help_text=_("For as long as the price above is for, such as a week or a month."),
        required=False,
    )
    reason = words(label=_("How do you know?"), help_text=PERSON_READS)

    def __init__(self, data=None, *, case, parts):
        super().__init__(data, case=case, lines=[part.line for part in parts])
        said = _("%(what)s: %(price)s")
        self.fields["line"].choices = [
            (str(x.pk), said % {"what": x.what, "price": amount_words(x, native_amount(x))})
            for x in self.by_key.values()
        ]


class UnmetForm(LineForm):
    wanted = words(label=_("What was asked for and could not be had?"), help_text=NO_NAMES)
    reason = radios(UnmetRequest.REASONS, label=_("Why not?"))


class HeldAccountForm(CaseForm):
    provider = words(max_length=120, label=_("Which provider holds the money?"))
    directed_by = words(max_length=120, label=_("Who says what it is spent on?"))
    signed_on = day_field(label=_("On what day was the agreement signed?"))
    contingency = MoneyField(
        label=_("How much may stay in the account for the unforeseen?"), initial="0"
    )
    surplus_weeks = weeks_field(initial=4)
    terms = terms_field(required=False)

    def clean_terms(self):
        return points(self.cleaned_data["terms"])


class HeldEntryForm(CaseForm):
    kind = radios(HeldEntry.KINDS, label=_("What happened?"))
    amount = MoneyField(label=_("How much?"))
    on = day_field(label=_("On what day?"))
    what = words(label=_("What for?"), help_text=PERSON_READS)

    def __init__(self, data=None, *, case, entries=()):
        super().__init__(data, case=case)
        self.by_key = {str(x.pk): x for x in entries}
        if entries:
            shown = {"": _("None")} | {
                key: f"{dates.date_words(x.on)}: {x.what}, £{x.amount}"
                for key, x in self.by_key.items()
            }
            self.fields["corrects"] = forms.ChoiceField(
                choices=list(shown.items()),
                label=_("Does it stand in place of a wrong entry?"),
                required=False,
            )

    def clean_corrects(self):
        return self.by_key.get(self.cleaned_data["corrects"])


class AskBalanceForm(CaseForm):
    """Nothing to fill in: the tier says what is asked."""


class GiveBalanceForm(CaseForm):
    """What the tier asks, and nothing beyond it."""

    balance = BalanceField(label=_("What is in the account?"))
    planned_use = MoneyField(label=_("How much of it is meant for something planned?"), initial="0")
    planned_for = long_text(
        label=_("What is it meant for?"),
        required=False,
        help_text=_("For example a holiday, winter, or notice to somebody you employ."),
    )
    minutes = forms.IntegerField(
        min_value=0,
        max_value=6000,
        required=False,
        label=_("How many minutes did this take you? (optional)"),
    )

    def __init__(self, data=None, *, case, check):
        super().__init__(data, case=case)
        if "summary" in check.items:
            self.fields["told"] = long_text(
                label=_("What was it spent on, in a few words?"), required=False
            )

    def clean_planned_use(self):
        return self.cleaned_data["planned_use"] or Decimal(0)


class SurplusLetterForm(CaseForm):
    words = long_text(
        label=_("What the person will read"),
        help_text=_("Ask first what it is for. The sum and the last day to answer are added."),
    )
    reply_by = day_field(label=_("By when may they answer?"))


class SurplusReplyForm(CaseForm):
    reply = long_text(label=_("Your answer"))


class SurplusDecisionForm(CaseForm):
    action = radios(SurplusDecision.ACTIONS, label=_("What happens with it?"))
    amount = MoneyField(label=_("How much is paid back, if it is?"), required=False)
    reason = long_text(label=_("Why?"), help_text=PERSON_READS)


class ConcernForm(CaseForm):
    reason = long_text(
        label=_("What is the worry?"), help_text=_("Managers read it, and you. Nobody else.")
    )
    safeguarding = yes_no(
        label=_("Could somebody be harmed? Then safeguarding is told the usual way as well.")
    )
    support_first = radios(Concern.SUPPORT, label=_("What is tried first?"))


class CloseConcernForm(CaseForm):
    def __init__(self, data=None, *, case, concerns):
        super().__init__(data, case=case)
        self.by_key = {str(x.pk): x for x in concerns}
        self.fields["concern"] = radios(
            {k: x.reason[:80] for k, x in self.by_key.items()}, label=_("Which worry?")
        )
        self.fields["outcome"] = radios(Concern.OUTCOMES, label=_("What came of it?"))
        self.fields["finding"] = long_text(label=_("What was found?"), help_text=STAFF_ONLY)

    def clean_concern(self):
        return self.by_key[self.cleaned_data["concern"]]


class RestrictForm(CaseForm):
    what = words(label=_("What may the money not be used for?"), help_text=PERSON_READS)
    legal_reason = long_text(label=_("What is the legal reason?"), help_text=PERSON_READS)
    owner = words(max_length=120, label=_("Who answers for it?"))
    begins_on = day_field(label=_("From which day?"))
    ends_on = day_field(
        label=_("Until which day?"),
        help_text=_("There is always a last day. It can be looked at again."),
    )


class PaymentAllowedForm(CaseForm):
    """A worker's own word; nobody else is asked about it anywhere."""

    looked_on = day_field(label=_("On what day did you look?"))
    confirmed = forms.BooleanField(
        label=_(
            "I have looked at the schedule to the Care and Support (Direct Payments) "
            "Regulations 2014, and nothing in it applies to this person"
        ),
        required=False,
    )

    def facts(self) -> dict:
        return super().facts() | {"confirmed": self.cleaned_data["confirmed"]}


class HouseholdPayForm(CaseForm):
    who = words(max_length=120, label=_("Who is to be paid?"), help_text=PERSON_READS)
    relation = radios(HouseholdPay.RELATIONS, label=_("Who are they to the person?"))
    what = words(label=_("What are they paid for?"))
    exception = radios(HouseholdPay.EXCEPTIONS, label=_("Why is it possible?"))
    why = long_text(label=_("Why is it necessary?"), help_text=PERSON_READS)
    begins_on = day_field(label=_("From which day?"))


class CareHomeStayForm(CaseForm):
    where = words(max_length=120, label=_("Which care home?"))
    begins_on = day_field(label=_("The first night"))
    ends_on = day_field(label=_("The last night"))


class StrikeStayForm(CaseForm):
    def __init__(self, data=None, *, case, stays):
        super().__init__(data, case=case)
        self.by_key = {str(x.pk): x for x in stays}
        shown = {
            key: f"{x.where}, {dates.date_words(x.begins_on)} - {dates.date_words(x.ends_on)}"
            for key, x in self.by_key.items()
        }
        self.fields["stay"] = radios(shown, label=_("Which stay?"))
        self.fields["reason"] = words(label=_("Why?"), help_text=PERSON_READS)

    def clean_stay(self):
        return self.by_key[self.cleaned_data["stay"]]


class LiftForm(CaseForm):
    def __init__(self, data=None, *, case, restrictions):
        super().__init__(data, case=case)
        self.by_key = {str(x.pk): x for x in restrictions}
        self.fields["restriction"] = radios(
            {k: x.what for k, x in self.by_key.items()}, label=_("Which one ends today?")
        )

    def clean_restriction(self):
        return self.by_key[self.cleaned_data["restriction"]]


class EstateForm(CaseForm):
    name = words(max_length=120, label=_("Who handles the estate?"))
    standing = radios(Estate.STANDINGS, label=_("What gives them standing?"))
    way = radios(Estate.WAYS, label=_("How do they want to be reached?"))
    reached_at = words(
        max_length=300,
        label=_("Their address or number"),
        help_text=_("One that is safe for them: ask first who else opens the letters there."),
    )


class SettleForm(CaseForm):
    contact = words(label=_("With whom is it settled?"))
    balance = MoneyField(label=_("What was left in the account?"))
    owed = MoneyField(
        label=_("What does the council still owe for support before the end?"), initial="0"
    )
    letter_on = day_field(label=_("On what day was the letter about it sent?"))
    reason = long_text(label=_("How was it worked out?"), help_text=PERSON_READS)

    def __init__(self, data=None, *, case, handler="", asks=False):
        super().__init__(data, case=case)
        self.initial["contact"] = handler
        if asks:
            self.fields["assistants"] = radios(
                FinalAccount.ASSISTANTS,
                label=_("Is notice or redundancy pay owed to an assistant?"),
                help_text=_("Asked before anything is settled. Nothing of it is paid by itself."),
            )


class PayExtraForm(CaseForm):
    """More money on one day: owed whatever the plan says."""

    money_days = {"on": SOON}

    on = day_field(label=_("On what day does it count?"))
    amount = MoneyField(label=_("How much?"))
    why = words(
        label=_("What is it for?"),
        help_text=_("The person can read this. For example the notice pay of an assistant."),
    )

    def life(self):
        """An assistant's notice or redundancy pay falls due after a death."""
        return replace(super().life(), died_on=None)


class MakeGoodForm(CaseForm):
    """Which suspension was wrong, and why that is found now."""

    def __init__(self, data=None, *, case, suspensions):
        super().__init__(data, case=case)
        self.by_key = {str(x.pk): x for x in suspensions}
        shown = {
            key: f"{dates.date_words(x.begins_on)} - {dates.date_words(x.ends_on)}"
            for key, x in self.by_key.items()
        }
        self.fields["suspension"] = radios(shown, label=_("Which days were held back?"))
        self.fields["reason"] = long_text(
            label=_("Why was the suspension wrong?"), help_text=PERSON_READS
        )

    def clean_suspension(self):
        return self.by_key[self.cleaned_data["suspension"]]


class LookAtSuspensionForm(CaseForm):
    """What was found, and when it is looked at next."""

    found = long_text(label=_("What did you find?"), help_text=PERSON_READS)
    look_again_on = day_field(
        label=_("On what day do we look at it again?"),
        required=False,
        help_text=_("Leave it empty for four weeks from today. At most three months."),
    )
