"""The people around a person: who they are to them, who lives with them, who must stay away.

Rows are never changed: one that is wrong or over is ended, and another recorded. Not here: who may
act in the person's affairs and sign in for it (`people.Representation`), two cases that belong
together (`asked.CaseLink`).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.people import Person

USER = settings.AUTH_USER_MODEL
RELATIONS = {
    "partner": _("Husband, wife or partner"),
    "parent": _("Parent"),
    "child": _("Son or daughter"),
    "sibling": _("Brother or sister"),
    "relative": _("Another relative"),
    "friend": _("Friend"),
    "neighbour": _("Neighbour"),
    "assistant": _("Paid assistant"),
    "professional": _("Doctor, nurse or another professional"),
    "other": _("Somebody else"),
}
STANDINGS = {
    "": _("None"),
    "lpa_health": _("Attorney for health and welfare"),
    "lpa_money": _("Attorney for property and money"),
    "deputy_health": _("Deputy of the court for health and welfare"),
    "deputy_money": _("Deputy of the court for property and money"),
    "appointee": _("Appointee for benefits"),
    "guardian": _("Guardian"),
    "nearest": _("Nearest relative (Mental Health Act)"),
}
TIES = {
    "next_of_kin": _("Next of kin"),
    "lives_with": _("Lives with them"),
    "cares_for": _("Cares for them, unpaid"),
    "cared_for": _("Is cared for by them"),
    "keep_away": _("Must be kept away"),
}


class Connection(models.Model):
    """Somebody around a person. `standing`: their legal standing, with the `paper` that was seen of
    it and when. `keep_away`: no visit, letter or word to them, for the reason in `why`, which staff
    alone read. `event`: when it was recorded; `ended`: that it is over or was wrong.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="connections")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    relation = models.CharField(max_length=15, choices=RELATIONS)
    standing = models.CharField(max_length=15, choices=STANDINGS, blank=True)
    paper = models.CharField(max_length=200, blank=True)
    seen_on = models.DateField(null=True, blank=True)
    next_of_kin = models.BooleanField(default=False)
    lives_with = models.BooleanField(default=False)
    cares_for = models.BooleanField(default=False)
    cared_for = models.BooleanField(default=False)
    keep_away = models.BooleanField(default=False)
    why = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    event = models.OneToOneField("cases.Event", models.PROTECT, related_name="connection")
    ended = models.OneToOneField(
        "cases.Event", models.PROTECT, null=True, blank=True, related_name="ended_connection"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(relation__in=list(RELATIONS)), name="connection_relation_known"
            ),
            models.CheckConstraint(
                condition=Q(standing__in=list(STANDINGS)), name="connection_standing_known"
            ),
            models.CheckConstraint(
                condition=Q(keep_away=False) | ~Q(why=""), name="connection_keep_away_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(standing="") | ~Q(paper=""), name="connection_standing_has_its_paper"
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(ended=None), name="connections_that_stand")
        ]

    def __str__(self):
        return self.name
