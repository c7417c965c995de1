"""Set-up by a council's own administrators: limits of sign-off and of arrears, unit rates, quiet
days after a death, notice of less, the day in hospital to decide on, ideas that cost nothing.
Added, never edited.
"""

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _

from budgets.models import (
    ArrearsLimit,
    DelegationLevel,
    HospitalDays,
    LocalIdea,
    NoticeDays,
    QuietDays,
    SmallBalanceLimit,
    UnitRate,
)
from budgets.money import rates
from cases.admin import CouncilAdmin, CouncilForm
from cases.assessment import questions
from cases.ui.date_words import day


@admin.register(DelegationLevel)
class DelegationLevelAdmin(CouncilAdmin):
    """A new row from a date on; a decided case keeps the limit it was decided under
    (`SignOff.limit_weekly`).
    """

    fields = (
        "council",
        "role",
        "team",
        "client",
        "max_weekly",
        "max_one_off",
        "max_over_pct",
        "officer",
        "valid_from",
        "valid_to",
        "reason",
    )
    list_display = (
        "role",
        "team",
        "client",
        "max_weekly",
        "max_one_off",
        "max_over_pct",
        "officer",
        "council",
        "valid_from",
        "valid_to",
        "reason",
    )
    list_filter = ("role",)
    list_select_related = ("council", "officer", "team")
    changes = ("valid_to",)


class DatedAdmin(CouncilAdmin):
    """A number of a council's own with the days from and to which it holds, and why."""

    list_display: tuple[str, ...] = ("council", "valid_from", "valid_to", "reason")
    list_select_related = ("council",)
    changes = ("valid_to",)


@admin.register(QuietDays)
class QuietDaysAdmin(DatedAdmin):
    """How long after a death nobody is written to about money, from a date on."""

    fields = ("council", "days", "valid_from", "valid_to", "reason")
    list_display = ("days", *DatedAdmin.list_display)


@admin.register(NoticeDays)
class NoticeDaysAdmin(DatedAdmin):
    """How long beforehand people are told that they get less, from a date on."""

    fields = ("council", "days", "valid_from", "valid_to", "reason")
    list_display = ("days", *DatedAdmin.list_display)


@admin.register(HospitalDays)
class HospitalDaysAdmin(DatedAdmin):
    """On which day in hospital somebody decides about the direct payment, from a date on."""

    fields = ("council", "days", "valid_from", "valid_to", "reason")
    list_display = ("days", *DatedAdmin.list_display)


@admin.register(SmallBalanceLimit)
class SmallBalanceLimitAdmin(DatedAdmin):
    """How much paid too much elsewhere is settled when a case goes live, from a date on."""

    fields = ("council", "most", "valid_from", "valid_to", "reason")
    list_display = ("most", *DatedAdmin.list_display)


@admin.register(ArrearsLimit)
class ArrearsLimitAdmin(CouncilAdmin):
    """A new row from a date on; without any the service's own limit holds."""

    fields = ("council", "most", "valid_from", "reason")
    list_display = ("most", "council", "valid_from", "reason")


class RateForm(CouncilForm):
    """No two prices of a service hold on the same day."""

    def _post_clean(self):
        super()._post_clean()
        row = self.instance
        other = (
            rates.overlapping(row)
            if not self.errors and row.council_id and row.valid_from
            else None
        )
        if other:
            self.add_error(
                None,
                _("A rate for this service already holds from %(day)s. End it first.")
                % {"day": day(other.valid_from)},
            )


@admin.register(UnitRate)
class UnitRateAdmin(CouncilAdmin):
    """Prices by service date, each with its source; an old price ends, it is not overwritten."""

    form = RateForm
    fields = (
        "council",
        "service",
        "unit",
        "amount",
        "oncost_pct",
        "valid_from",
        "valid_to",
        "source",
    )
    list_display = ("service", "unit", "amount", "oncost_pct", "council", "valid_from", "valid_to")
    list_filter = ("unit",)
    list_select_related = ("council",)
    changes = ("valid_to",)


class IdeaForm(CouncilForm):
    """What an idea is good for is chosen from the outcomes that people's plans name."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "outcome" in self.fields:
            pages = {
                code: title
                for kind in questions.PAGES.values()
                for code, (title, _example) in kind.items()
            }
            named = {
                code: pages[code]
                for kind in questions.OUTCOMES.values()
                for code in kind
                if code in pages
            }
            field = self.fields["outcome"]
            self.fields["outcome"] = forms.ChoiceField(
                label=field.label,
                help_text=field.help_text,
                required=False,
                choices=[("", "-"), *named.items()],
            )


@admin.register(LocalIdea)
class LocalIdeaAdmin(CouncilAdmin):
    """The council's directory of groups and people who cost nothing; what is over ends, it is not
    overwritten.
    """

    form = IdeaForm
    fields = (
        "council",
        "kind",
        "name",
        "what",
        "outcome",
        "where",
        "reach",
        "source",
        "valid_from",
        "valid_to",
    )
    list_display = ("name", "kind", "outcome", "council", "valid_from", "valid_to")
    list_filter = ("kind",)
    list_select_related = ("council",)
    changes = ("valid_to",)
