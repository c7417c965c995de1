"""Forms of support for a time: the decision with up to three pieces of support, the answer to what
waits, and what follows its end. Shape only.
"""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from budgets.forms.fields import AmountField
from budgets.models import ExtraSupport
from budgets.models.plan import ROUTE_NAMES, ROUTES, UNITS, WHO
from budgets.position.extra_support import FOR_A_TIME, NEVER_PAID
from cases.common.likely_days import LATER, SOON
from cases.ui.form_toolkit import PERSON_READS, CaseForm, day_field, long_text, radios

PIECES = 3
DECISION = ("why", "begins_on", "ends_on")
ASKED = ("what", "who", "provider", "quantity", "unit", "rate", "route")
WHO_IS_PAID = {code: words for code, words in WHO.items() if code not in NEVER_PAID}
UNITS_ASKED = {code: UNITS[code] for code in FOR_A_TIME}
WAYS = {code: ROUTE_NAMES[code] for code in ROUTES}  # in the words of staff
ANSWERS = {"yes": _("Yes, agree it"), "no": _("No")}


class ExtraSupportForm(CaseForm):
    """Why, from when until when, and each piece with its price. Only the first piece is required;
    a further one is asked for whole once anything is typed in it.
    """

    money_days = {"begins_on": SOON, "ends_on": LATER}

    why = long_text(label=_("Why is it needed now?"), help_text=PERSON_READS)
    begins_on = day_field(label=_("From which day?"))
    ends_on = day_field(
        label=_("Until which day?"),
        help_text=_("There is always a last day, within 26 weeks. It can be looked at again."),
    )

    def __init__(self, data=None, *, case):
        super().__init__(data, case=case)
        for place in range(1, PIECES + 1):
            for name, field in _piece(required=place == 1).items():
                self.fields[f"{name}_{place}"] = field

    def pieces(self):
        """(number, its boxes, is anything in it) of each piece, for the page."""
        return [
            (place, [self[f"{name}_{place}"] for name in ASKED], self._typed(place))
            for place in range(1, PIECES + 1)
        ]

    def decision(self):
        """The boxes of the decision itself, with a tick below a day that is asked again."""
        return [self[name] for name in self.fields if name.removesuffix("_meant") in DECISION]

    def _typed(self, place) -> bool:
        return any(str(self.data.get(f"{name}_{place}", "")).strip() for name in ASKED)

    def clean(self):
        found = super().clean()
        for place in range(2, PIECES + 1):
            for name in ASKED if self._typed(place) else ():
                key = f"{name}_{place}"
                if name != "provider" and found.get(key) in (None, "") and key not in self.errors:
                    self.add_error(key, _("Answer this too, or leave this piece empty."))
        return found

    def facts(self) -> dict:
        """As `actions.propose_extra_support` takes it."""
        given = self.cleaned_data
        lines = [
            {name: given[f"{name}_{place}"] for name in ASKED}
            for place in range(1, PIECES + 1)
            if self._typed(place)
        ]
        return {name: given[name] for name in DECISION} | {"lines": lines}


def _piece(required: bool) -> dict[str, forms.Field]:
    return {
        "what": forms.CharField(label=_("What support?"), max_length=200, required=required),
        "who": radios(WHO_IS_PAID, label=_("Who gives it?"), required=required),
        "provider": forms.CharField(
            label=_("Their name, if it is known"), max_length=120, required=False
        ),
        "quantity": AmountField(
            label=_("How much?"),
            min_value=Decimal("0.01"),
            most=Decimal(9999),
            sign="",
            required=required,
            help_text=_("A number, such as 5 or 2.5."),
        ),
        "unit": radios(UNITS_ASKED, label=_("Of what?"), required=required),
        "rate": AmountField(
            label=_("What does one of them cost?"),
            places=4,
            most=Decimal("999999.9999"),
            required=required,
        ),
        "route": radios(WAYS, label=_("How is it paid?"), required=required),
    }


class AnswerExtraForm(CaseForm):
    """Yes, or no with the reason."""

    answer = radios(ANSWERS, label=_("Do you agree it?"))
    reason = long_text(label=_("If not: why?"), required=False, help_text=PERSON_READS)


class EndExtraForm(CaseForm):
    """Its last day, and what follows."""

    money_days = {"last_day": SOON}

    last_day = day_field(
        label=_("What is its last day?"),
        help_text=_("Never later than was agreed. An earlier day takes nothing back."),
    )
    after = radios(ExtraSupport.AFTER, label=_("What follows?"))
    words = long_text(label=_("What was said about it, and with whom?"), help_text=PERSON_READS)

    def __init__(self, data=None, *, case, row):
        super().__init__(data, case=case, initial={"last_day": row.last_day})
