"""Planning together: which parts a helper may write, who wrote what, and what a community offers
without payment.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Council, Representation
from cases.models.council import Dated

USER = settings.AUTH_USER_MODEL


class PlanShare(models.Model):
    """The parts of the plan that one helper may fill in, as the person chose. It narrows what a
    worker checked (`Representation.scope`) and never widens it; a helper without a row may fill in
    what their scope says.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="plan_shares")
    representation = models.ForeignKey(Representation, models.PROTECT, related_name="plan_shares")
    parts = models.JSONField(default=list)
    chosen_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "representation"], name="one_share_a_helper")
        ]


class PlanWriting(models.Model):
    """Who wrote at one place of a plan, and when last. `place`: the code of a part, or "line:" and
    the line's id.
    """

    plan = models.ForeignKey("budgets.SupportPlan", models.PROTECT, related_name="writings")
    place = models.CharField(max_length=30)
    user = models.ForeignKey(USER, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["plan", "place", "at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "place", "user"], name="one_writing_a_place_and_user"
            )
        ]


class LocalIdea(Dated):
    """Something in the community, or people who know it from their own life, that a plan may use
    and that costs the council nothing. A council's own directory, by dates; `source` says where it
    stands, or that it is invented.
    """

    KINDS = {"community": _("In your community"), "peer": _("People who have been through it")}

    council = models.ForeignKey(Council, models.PROTECT, related_name="ideas")
    kind = models.CharField(_("kind"), max_length=10, choices=KINDS)
    name = models.CharField(_("name"), max_length=120)
    what = models.CharField(_("what it is, in a sentence"), max_length=300)
    outcome = models.CharField(
        _("what it is good for"), max_length=30, blank=True, help_text=_("Empty: for anything.")
    )
    where = models.CharField(_("where and when"), max_length=200, blank=True)
    reach = models.CharField(_("how to reach them"), max_length=200)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        ordering = ["council", "kind", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="idea_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["community", "peer"]), name="idea_kind_known"
            ),
        ]

    def __str__(self):
        return self.name
