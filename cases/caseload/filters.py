"""The caseload's filters. Nonsense gets a sentence; an id of another council's row is not found at
all.
"""

import django_filters
from django import forms
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ModelChoiceField

from cases import access, journey
from cases.caseload import lists
from cases.models import Case, Team, User

SCOPES = {"mine": _("Mine"), "team": _("My team's"), "all": _("All I may see")}
TURNS = {"mine": _("Mine"), **journey.TURN_NAMES}


def step_choices():
    return [(code, step.short) for code, step in journey.STEPS.items()]


NO_SUCH = {
    "invalid_choice": _(
        "“%(value)s” is not one of the choices here. The list is shown without this filter."
    )
}


class OwnChoiceField(ModelChoiceField):
    """A choice among rows of one council. A number that is none of them is 404, whoever's it is."""

    def to_python(self, value):
        try:
            return super().to_python(value)
        except forms.ValidationError:
            if str(value).strip().isdecimal():
                raise Http404 from None
            raise


class OwnChoice(django_filters.ModelChoiceFilter):
    field_class = OwnChoiceField


class Ticked(django_filters.Filter):
    field_class = forms.BooleanField


class CaseloadFilter(django_filters.FilterSet):
    """Needs `user` and `council`; filters what `caseload.staff_cases` gives."""

    scope = django_filters.ChoiceFilter(
        label=_("Whose cases"),
        choices=SCOPES,
        empty_label=None,
        method="by_scope",
        error_messages=NO_SUCH,
    )
    turn = django_filters.ChoiceFilter(
        label=_("Whose turn"), choices=TURNS, method="by_turn", error_messages=NO_SUCH
    )
    step = django_filters.ChoiceFilter(
        label=_("Step"), choices=step_choices, error_messages=NO_SUCH
    )
    team = OwnChoice(label=_("Team"), queryset=Team.objects.none())
    worker = OwnChoice(label=_("Worker"), queryset=User.objects.none())
    late = Ticked(label=_("Late only"), method="by_late")

    class Meta:
        model = Case
        fields: list[str] = []

    def __init__(self, data, *, queryset, user, council):
        data = data.copy()
        data.setdefault("scope", lists.default_scope(user, council))
        super().__init__(data, queryset=queryset)
        self.user, self.council = user, council
        self.filters["team"].queryset = Team.objects.filter(council=council)
        self.filters["worker"].queryset = lists.workers_of(council)
        for name in ("team", "worker"):
            self.filters[name].field.error_messages |= NO_SUCH

    def by_scope(self, cases, name, value):
        return lists.in_scope(cases, self.user, self.council, value)

    def by_turn(self, cases, name, value):
        return cases.filter(access.my_turn(self.user) if value == "mine" else access.Q(turn=value))

    def by_late(self, cases, name, value):
        return lists.late(cases) if value else cases

    def cases(self):
        """The filtered cases; without any filter but the first when something asked for makes no
        sense.
        """
        if self.is_valid():
            found = self.qs
            return found if self.form.cleaned_data["step"] == "closed" else lists.open_cases(found)
        start = lists.default_scope(self.user, self.council)
        return lists.open_cases(self.by_scope(self.queryset, "scope", start))

    def in_use(self) -> bool:
        """Has the reader asked for anything beyond the list they begin with?"""
        start = {"scope": lists.default_scope(self.user, self.council)}
        return any(v for k, v in self.data.items() if k in self.filters and v != start.get(k))
