"""The form of "try it": every question of a version on one page. Nothing of it is stored, so
nothing has a name.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from budgets.allocation.answers import DOES_NOT_APPLY, whole_level
from cases.assessment import questions


def _refusals(question: str) -> dict[str, str]:
    return {
        "required": _("Choose an answer: %(question)s") % {"question": question},
        "invalid_choice": _("Choose one of these answers: %(question)s") % {"question": question},
    }


class TryForm(forms.Form):
    """A level for each question, and what family and friends do, where the version counts it."""

    def __init__(self, data=None, *, definition: dict[str, Any]):
        super().__init__(data)
        self.domains = definition.get("domains") or []
        self.kept = definition.get("unpaid_support_multipliers") or {}
        helps = [(code, questions.UNPAID.get(code, code)) for code in self.kept]
        for domain in self.domains:
            options = [(str(n), o["label"]) for n, o in enumerate(domain["options"])]
            if domain.get("may_not_apply"):
                options.append((DOES_NOT_APPLY, _("This has nothing to do with me")))
            asked = domain.get("question") or domain["title"]
            self.fields[f"q_{domain['code']}"] = forms.ChoiceField(
                label=asked,
                choices=options,
                widget=forms.RadioSelect,
                help_text=_("Your social worker answers this one.")
                if domain.get("asked_of") == "worker"
                else "",
                error_messages=_refusals(asked),
            )
            if helps:
                others = _("%(title)s: what do family or friends do?") % {"title": domain["title"]}
                self.fields[f"u_{domain['code']}"] = forms.ChoiceField(
                    label=others,
                    choices=[("", _("Choose")), *helps],
                    required=False,
                    error_messages=_refusals(others),
                )

    def clean(self):
        """What family and friends do matters only where some help is needed."""
        found = super().clean()
        for domain in self.domains:
            level, unpaid = f"q_{domain['code']}", f"u_{domain['code']}"
            needed = found.get(level) not in (None, "0", DOES_NOT_APPLY)
            if self.kept and needed and not found.get(unpaid) and unpaid not in self.errors:
                self.add_error(unpaid, self.fields[unpaid].error_messages["required"])
        return found

    def answers(self) -> dict[str, dict[str, Any]]:
        """As the engine takes them."""
        whole = whole_level(self.kept)
        given = {}
        for domain in self.domains:
            value = self.cleaned_data[f"q_{domain['code']}"]
            entry: dict[str, Any] = {"option": int(value) if value.isdigit() else value}
            if self.kept and value != DOES_NOT_APPLY:
                entry["unpaid_support"] = self.cleaned_data.get(f"u_{domain['code']}") or whole
            given[domain["code"]] = entry
        return given
