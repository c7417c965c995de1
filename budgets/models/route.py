"""How each piece of support is taken: choices and orders of a managed budget, accounts held by
providers, switches from one way to another, what could not be had, and the council's directory of
providers (never a closed list).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from budgets.models.plan import PlanLine, SupportPlan
from cases.models import Case, Council
from cases.models.council import Dated
from cases.models.people import AGE_BANDS, NEED_GROUPS

USER = settings.AUTH_USER_MODEL


class Provider(Dated):
    """One provider the council knows. A plan names anybody in free text; the directory only helps
    and is reported on.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="providers")
    name = models.CharField(_("name"), max_length=120)
    offers = models.CharField(_("what they offer"), max_length=200, blank=True)
    framework = models.BooleanField(_("on one of the council's frameworks"), default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "name", "valid_from"], name="one_provider_a_name_and_date"
            )
        ]

    def __str__(self):
        return self.name


class RouteSwitch(models.Model):
    """A wish to take the money another way. `wanted`: {line id: route code}. `plan`: the version
    that came of it.
    """

    STATES = {
        "open": _("Asked for"),
        "done": _("Done"),
        "refused": _("Refused"),
        "overtaken": _("Overtaken by a new plan or an end"),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="switches")
    of_plan = models.ForeignKey(SupportPlan, models.PROTECT, related_name="+")
    wanted = models.JSONField()
    state = models.CharField(max_length=10, choices=STATES, default="open")
    asked_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    plan = models.ForeignKey(SupportPlan, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="open"), name="one_open_switch"
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="switch_ended_whole",
            ),
        ]


class LineChoice(models.Model):
    """What the person chose for one line that the council arranges, and what the council had
    offered first.

    `chosen_by`: who chose, in words, because it need not be somebody who signs in. Append-only: a
    later choice is another row.
    """

    line = models.ForeignKey(PlanLine, models.PROTECT, related_name="choices")
    offered = models.CharField(_("what the council offered first"), max_length=200, blank=True)
    chosen = models.CharField(_("what was chosen"), max_length=200)
    chosen_by = models.CharField(_("who chose"), max_length=120)
    chosen_on = models.DateField(_("chosen on"))
    differs = models.TextField(_("what differs, and why"), blank=True)
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["line", "pk"]


class SupportOrder(models.Model):
    """One order with a provider for a line the council arranges. Append-only: an end is a row of
    its own (`OrderEnd`).
    """

    line = models.ForeignKey(PlanLine, models.PROTECT, related_name="orders")
    provider = models.CharField(_("provider"), max_length=120)
    what = models.CharField(_("what is ordered"), max_length=200)
    begins_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    reference = models.CharField(_("order number"), max_length=60, blank=True)
    ordered_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()

    class Meta:
        ordering = ["line", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("begins_on")),
                name="order_dates_in_order",
            )
        ]


class OrderEnd(models.Model):
    """The case closed or its end is planned, so an order ends: the last day, the event, and when
    somebody told the provider.

    `undone_at`: the closing was a mistake, and nobody had been told; or the planned end was taken
    back or gave way to another day. `told_again_on`: a provider who knew of a planned end was told
    that the order goes on.
    """

    order = models.ForeignKey(SupportOrder, models.PROTECT, related_name="ends")
    ends_on = models.DateField(_("until"))
    event = models.ForeignKey("cases.Event", models.PROTECT, related_name="+")
    told_on = models.DateField(_("the provider was told on"), null=True)
    told_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    told_again_on = models.DateField(_("the provider was told that it goes on, on"), null=True)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(undone_at=None), name="one_end_an_order"
            ),
            models.CheckConstraint(
                condition=Q(told_on=None, told_by=None)
                | Q(told_on__isnull=False, told_by__isnull=False),
                name="order_end_told_whole",
            ),
            models.CheckConstraint(
                condition=Q(told_again_on=None) | Q(told_on__isnull=False, undone_at__isnull=False),
                name="order_end_told_again",
            ),
        ]


class UnmetRequest(models.Model):
    """Something a person asked for and could not have: kept for those who commission, in groups and
    without a name.
    """

    REASONS = {
        "nobody": _("Nobody offers it here"),
        "full": _("No place free"),
        "price": _("It costs more than the budget"),
        "times": _("Not at the times wanted"),
        "culture": _("Nobody in the language or culture wanted"),
        "other": _("Something else"),
    }

    council = models.ForeignKey(Council, models.PROTECT, related_name="unmet_requests")
    line = models.ForeignKey(PlanLine, models.PROTECT, related_name="unmet")
    wanted = models.CharField(_("what was asked for"), max_length=200)
    reason = models.CharField(_("why it could not be had"), max_length=10, choices=REASONS)
    need_group = models.CharField(max_length=20, choices=NEED_GROUPS, blank=True)
    age_band = models.CharField(max_length=10, choices=AGE_BANDS, blank=True)
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["council", "-recorded_at"]


class HeldAccount(models.Model):
    """The agreement about money that a provider holds and the person directs (an individual service
    fund).

    In numbered versions, append-only. `surplus_weeks`: how many weeks' money may stand there before
    it is talked about.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="held_accounts")
    version = models.PositiveIntegerField(default=1)
    plan = models.ForeignKey(SupportPlan, models.PROTECT, related_name="held_accounts")
    provider = models.CharField(_("provider"), max_length=120)
    directed_by = models.CharField(_("who directs the money"), max_length=120)
    signed_on = models.DateField(_("signed on"))
    annual = models.DecimalField(max_digits=12, decimal_places=2)
    weekly = models.DecimalField(max_digits=12, decimal_places=2)
    contingency = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    surplus_weeks = models.PositiveIntegerField(default=4)
    terms = models.JSONField(default=list)
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="one_held_account_a_version"),
            models.CheckConstraint(
                condition=Q(contingency__gte=0, surplus_weeks__gte=1, surplus_weeks__lte=52),
                name="held_account_whole",
            ),
        ]


class HeldEntry(models.Model):
    """One line of the ledger of a held account (append-only).

    A mistake is put right by another entry that stands in place of the first: `corrects`. £0 takes
    it out.
    """

    KINDS = {
        "paid_in": _("Paid in by the council"),
        "person_in": _("Paid in by the person"),
        "spent": _("Spent on support"),
        "fee": _("The provider's fee"),
        "returned": _("Given back to the council"),
    }
    IN = ("paid_in", "person_in")

    case = models.ForeignKey(Case, models.PROTECT, related_name="held_entries")
    kind = models.CharField(max_length=10, choices=KINDS)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    on = models.DateField(_("on"))
    what = models.CharField(_("what for"), max_length=200)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["case", "on", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="held_entry_not_negative")
        ]
