"""Forms about stays in hospital and the direct payment meanwhile. Shape only; rules stand in
`budgets.actions.hospital_stays`.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from budgets.models import HospitalDecision
from budgets.payments import hospital_stays
from cases.common import dates
from cases.common.likely_days import HAPPENED
from cases.ui.form_toolkit import PERSON_READS, CaseForm, day_field, long_text, radios

LOOK_AGAIN = _("Leave it empty for four weeks from today. At most three months.")


class HospitalForm(CaseForm):
    """A form with days in hospital: somebody may have been there before they asked for support."""

    def life(self):
        return hospital_stays.life_around(self.case)


class HospitalStayForm(HospitalForm):
    money_days = {"begins_on": HAPPENED, "ends_on": HAPPENED}

    begins_on = day_field(label=_("On what day did they go into hospital?"))
    ends_on = day_field(
        label=_("On what day did they come home?"),
        required=False,
        help_text=_("Leave it empty while they are still there."),
    )


class EndHospitalStayForm(HospitalForm):
    money_days = {"ends_on": HAPPENED}

    ends_on = day_field(label=_("On what day did they come home?"))


class StrikeHospitalStayForm(CaseForm):
    def __init__(self, data=None, *, case, stays):
        super().__init__(data, case=case)
        self.by_key = {str(x.pk): x for x in stays}
        shown = {key: stay_words(x) for key, x in self.by_key.items()}
        self.fields["stay"] = radios(shown, label=_("Which stay?"))
        self.fields["reason"] = forms.CharField(
            max_length=200, label=_("Why?"), help_text=PERSON_READS
        )

    def clean_stay(self):
        return self.by_key[self.cleaned_data["stay"]]


def stay_words(stay) -> str:
    """The days of a stay."""
    first = dates.date_words(stay.begins_on)
    last = dates.date_words(stay.ends_on) if stay.ends_on else _("still there")
    return f"{first} - {last}"


class GoOnInHospitalForm(CaseForm):
    """That the payment goes on, why, and when it is looked at next. `known`: what was decided
    last.
    """

    last = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = long_text(label=_("Why?"), help_text=PERSON_READS)
    look_again_on = day_field(
        label=_("If it goes on: on what day do we look at it again?"),
        required=False,
        help_text=LOOK_AGAIN,
    )

    def __init__(self, data=None, *, case, known):
        super().__init__(data, case=case, initial={"last": known.pk if known else None})

    def facts(self) -> dict:
        return {"answer": "go_on"} | super().facts()


class HospitalDecisionForm(GoOnInHospitalForm):
    """Both answers."""

    answer = radios(HospitalDecision.ANSWERS, label=_("Does the direct payment go on?"))
    field_order = ("answer", "reason", "look_again_on")
