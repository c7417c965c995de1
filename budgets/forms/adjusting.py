"""Forms around an indicative budget: a worker's changes, another version. Shape only; the engine
says what is wrong.
"""

from datetime import date
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from budgets.allocation.answers import DOES_NOT_APPLY, FIGURE, plain
from budgets.models import SchemeVersion
from cases.caseload.filters import OwnChoiceField
from cases.ui.form_toolkit import CaseForm, MoneyField, day_field, long_text

SMALL = {"inputmode": "decimal", "class": "govuk-input--width-5"}
NOT_COUNTED = Decimal("999999")


def small_number(label, hint=""):
    """A number of 0 or more that may be left empty."""
    return forms.DecimalField(
        label=label,
        help_text=hint,
        required=False,
        min_value=0,
        max_value=NOT_COUNTED,
        decimal_places=3,
        widget=forms.TextInput(attrs=SMALL),
    )


class AdjustForm(CaseForm):
    """One list for each question, add-ons, a figure in place of the sum, or another tool's figure;
    and one reason.

    `before`: the changes that stand now. They are filled in, and keep their reason where they are
    left as they are. `version` None: no scheme gives a figure, so another tool's is recorded with
    the tool's name.
    """

    def __init__(self, data=None, *, case, version, agreed, before):
        super().__init__(data, case=case, initial=as_typed(before))
        self.definition = version.definition if version else {}
        self.method, self.agreed, self.before = (
            self.definition.get("method", "external"),
            agreed,
            before,
        )
        if self.method == "external":
            self._external()
            return
        for domain in self.definition["domains"]:
            self._question(domain)
        for rule in self.definition.get("add_ons") or []:
            self.fields[f"hours_of_{rule['code']}"] = small_number(
                _("%(what)s: hours a day") % {"what": rule["label"]}
            )
            self.fields[f"days_of_{rule['code']}"] = small_number(
                _("%(what)s: days a year") % {"what": rule["label"]}
            )
        self.fields["figure"] = MoneyField(
            label=_("Another figure a year, in place of the sum"),
            required=False,
            help_text=_("Only where no answer can say it. The sum stays on record beside it."),
        )
        self.fields["reason"] = long_text(
            label=_("Why? The person reads this"),
            help_text=_("Your reason stands beside each thing that you change."),
        )

    def _external(self):
        tool = {"tool": self.definition.get("tool") or _("the tool")}
        if not self.definition:
            self.fields["tool"] = forms.CharField(label=_("Which tool was used?"), max_length=80)
        self.fields["annual"] = MoneyField(label=_("The figure a year from %(tool)s") % tool)
        self.fields["tool_version"] = forms.CharField(
            label=_("Version of %(tool)s") % tool, max_length=80
        )
        day = _("On what day was it worked out?")
        self.fields["made_on"] = day_field(label=day, required=not self.definition)
        self.fields["explanation"] = long_text(
            label=_("How did it come to this figure? The person reads this"),
            help_text=_("In plain words: what it looked at, and what weighed most."),
        )
        self.fields["inputs"] = long_text(label=_("What was put into it"), required=False)

    def _question(self, domain):
        code = domain["code"]
        options = [(str(n), o["label"]) for n, o in enumerate(domain["options"])]
        if domain.get("may_not_apply"):
            options.append((DOES_NOT_APPLY, _("Does not apply")))
        agreed = (self.agreed.get(code) or {}).get("option")
        stands = dict(options).get(str(agreed), "–")
        first = ("", _("As agreed: %(answer)s") % {"answer": stands})
        self.fields[f"answer_{code}"] = forms.ChoiceField(
            label=domain["title"], required=False, choices=[first, *options]
        )
        if self.method == "reckoner":
            self.fields[f"hours_{code}"] = small_number(
                _("%(what)s: hours a week, set by you") % {"what": domain["title"]}
            )
        if self.definition.get("allow_between"):
            self.fields[f"points_{code}"] = small_number(
                _("%(what)s: points between two answers") % {"what": domain["title"]}
            )

    def changes(self) -> dict:
        """The changes as `actions.adjust_budget` takes them."""
        given = self.facts()
        if self.method == "external":
            names = ("tool", "tool_version", "made_on", "explanation", "inputs")
            fields = {name: str(given[name]) for name in names if name in given}
            return {"external": {"annual": str(given["annual"]), **fields}}
        reason, overrides = given["reason"], {}
        for domain in self.definition["domains"]:
            change = self._change(domain["code"], given)
            if change:
                overrides[domain["code"]] = {**change, "reason": reason}
        if "figure" in given:
            overrides[FIGURE] = {"annual": f"{given['figure']:.2f}", "reason": reason}
        earlier = self.before.get("overrides") or {}
        overrides = {
            code: kept_reason(change, [earlier.get(code)]) for code, change in overrides.items()
        }
        stood = self.before.get("add_ons") or []
        add_ons = [kept_reason(row, stood) for row in self._add_ons(given, reason)]
        return {"overrides": overrides, "add_ons": add_ons, "note": reason}

    def _change(self, code, given) -> dict:
        answer = given.get(f"answer_{code}")
        change = {"option": int(answer) if answer.isdigit() else answer} if answer else {}
        for name, field in (("hours", f"hours_{code}"), ("points", f"points_{code}")):
            if field in given:
                change[name] = plain(given[field])
        return change

    def _add_ons(self, given, reason) -> list[dict]:
        found = []
        for rule in self.definition.get("add_ons") or []:
            code = rule["code"]
            hours, days = given.get(f"hours_of_{code}"), given.get(f"days_of_{code}")
            if hours is not None or days is not None:
                numbers = {"hours": plain(hours or Decimal(0)), "days": plain(days or Decimal(0))}
                found.append({"code": code, **numbers, "reason": reason})
        return found


def as_typed(before) -> dict:
    """The changes that stand now, as the form's fields."""
    typed = dict(before.get("external") or {})
    if typed.get("made_on"):
        typed["made_on"] = date.fromisoformat(typed["made_on"])
    for code, change in (before.get("overrides") or {}).items():
        typed |= (
            {"figure": change["annual"]}
            if code == FIGURE
            else {
                f"{field}_{code}": change[name]
                for name, field in (("option", "answer"), ("hours", "hours"), ("points", "points"))
                if name in change
            }
        )
    for row in before.get("add_ons") or []:
        typed |= {f"hours_of_{row['code']}": row["hours"], f"days_of_{row['code']}": row["days"]}
    return typed


def kept_reason(change: dict, earlier) -> dict:
    """The change with the reason it had, where the same one stands already."""
    for other in filter(None, earlier):
        if {**other, "reason": ""} == {**change, "reason": ""}:
            return other
    return change


class OtherVersionForm(forms.Form):
    """Under which version the same answers are worked out once more."""

    version = OwnChoiceField(
        queryset=SchemeVersion.objects.none(), label=_("Version"), empty_label=None
    )

    def __init__(self, data=None, *, versions):
        super().__init__(data)
        self.fields["version"].queryset = versions
