"""Set-up of money by a council's own administrators: limits of sign-off and unit rates. Added, never edited."""

from django.contrib import admin
from django.utils.translation import gettext as _

from cases.admin import CouncilAdmin, CouncilForm
from cases.letters import day

from . import rates
from .models import DelegationLevel, UnitRate


@admin.register(DelegationLevel)
class DelegationLevelAdmin(CouncilAdmin):
    """A new row from a date on; a decided case keeps the limit it was decided under (`SignOff.limit_weekly`)."""

    fields = ("council", "role", "team", "client", "max_weekly", "max_one_off", "max_over_pct", "officer", "valid_from",
              "valid_to", "reason")  # fmt: skip
    list_display = ("role", "team", "client", "max_weekly", "max_one_off", "max_over_pct", "officer", "council",
                    "valid_from", "valid_to", "reason")  # fmt: skip
    list_filter = ("role",)
    list_select_related = ("council", "officer", "team")
    changes = ("valid_to",)


class RateForm(CouncilForm):
    """No two prices of a service hold on the same day."""

    def _post_clean(self):
        super()._post_clean()
        row = self.instance
        other = rates.overlapping(row) if not self.errors and row.council_id and row.valid_from else None
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
    fields = ("council", "service", "unit", "amount", "oncost_pct", "valid_from", "valid_to", "source")
    list_display = ("service", "unit", "amount", "oncost_pct", "council", "valid_from", "valid_to")
    list_filter = ("unit",)
    list_select_related = ("council",)
    changes = ("valid_to",)
