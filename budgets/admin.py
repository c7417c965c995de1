"""Set-up of money by a council's own administrators: limits of sign-off and unit rates. Added, never edited."""

from django.contrib import admin

from cases.admin import CouncilAdmin

from .models import DelegationLevel, UnitRate


@admin.register(DelegationLevel)
class DelegationLevelAdmin(CouncilAdmin):
    """A new row from a date on; a decided case keeps the limit it was decided under (`SignOff.limit_weekly`)."""

    fields = ("council", "role", "max_weekly", "max_one_off", "officer", "valid_from", "valid_to", "reason")
    list_display = ("role", "max_weekly", "max_one_off", "officer", "council", "valid_from", "valid_to", "reason")
    list_filter = ("role",)
    list_select_related = ("council", "officer")
    changes = ("valid_to",)


@admin.register(UnitRate)
class UnitRateAdmin(CouncilAdmin):
    """Prices by service date, each with its source; an old price ends, it is not overwritten."""

    fields = ("council", "service", "unit", "amount", "oncost_pct", "valid_from", "valid_to", "source")
    list_display = ("service", "unit", "amount", "oncost_pct", "council", "valid_from", "valid_to")
    list_filter = ("unit",)
    list_select_related = ("council",)
    changes = ("valid_to",)
