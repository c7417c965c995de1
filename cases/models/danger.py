"""That somebody may be in danger, or without food, medicine or care today: who said so, who was
told, who rang.

A report is open until somebody has recorded speaking to them. The words and the safe number stand
in the event's body (audience "duty"), where the law can dispose of them; here are codes and
moments. Rules: `cases/danger/reports.py`.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL
DOORS = {
    "own": _("Asked for support for themselves"),
    "other": _("Asked for by somebody who knows them"),
    "professional": _("Asked for by a professional"),
    "phone": _("By telephone"),
    "visit": _("Face to face"),
    "paper": _("On paper"),
    "message": _("In a message"),
    "again": _("A colleague says that they are not safe after all"),
}
REACHED = {
    "spoke": _("I spoke to them"),
    "spoke_safe": _("I spoke to their carer, or to somebody who is safe for them"),
    "no_answer": _("No answer"),
}
SPOKEN = ("spoke", "spoke_safe")
SAFE = {
    "yes": _("Yes"),
    "help_coming": _("Not yet, but help is on its way to them"),
    "no": _("No"),
}
SETTLED = ("yes", "help_coming")  # what they must be for a report to close
STEPS = {
    "duty": _("The duty team"),
    "emergency": _("The emergency duty team"),
    "manager": _("Team managers"),
    "service_manager": _("Service managers"),
    "everybody": _("Everybody once more"),
    "opening": _("Everybody here, when the office opened"),
}
WHY = {
    "reported": _("it was reported"),
    "closed": _("the office is closed"),
    "time": _("nobody had spoken to them in time"),
    "no_answer": _("nobody answered the phone"),
    "not_safe": _("they are not safe yet"),
}


class DangerReport(models.Model):
    """One time somebody said so. `due_at`: by when somebody must have spoken to them. `role`: of
    whoever said it.
    """

    council = models.ForeignKey("cases.Council", models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="dangers")
    event = models.OneToOneField("cases.Event", models.PROTECT, related_name="danger")
    door = models.CharField(_("how it reached us"), max_length=15, choices=DOORS)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20)
    reported_at = models.DateTimeField(_("reported"))
    due_at = models.DateTimeField(_("to be rung by"))
    closed_at = models.DateTimeField(_("settled"), null=True)
    closing = models.OneToOneField(
        "cases.Event", models.PROTECT, null=True, related_name="danger_closed"
    )

    class Meta:
        ordering = ["reported_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(door__in=list(DOORS)), name="danger_door_known"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closing=None)
                | Q(closed_at__isnull=False, closing__isnull=False),
                name="danger_end_is_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["council", "reported_at"],
                condition=Q(closed_at=None),
                name="danger_and_open",
            )
        ]

    @property
    def own(self) -> bool:
        """Did the person say so themselves, from their own pages or as themselves?"""
        return self.role == "person"


class DangerCall(models.Model):
    """One try to speak to them. Append-only; what was agreed stands in the event's body."""

    report = models.ForeignKey(DangerReport, models.PROTECT, related_name="calls")
    event = models.OneToOneField("cases.Event", models.PROTECT, related_name="danger_call")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reached = models.CharField(max_length=12, choices=REACHED)
    safe = models.CharField(max_length=12, choices=SAFE, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reached__in=list(REACHED)), name="danger_reached_known"
            ),
            models.CheckConstraint(
                condition=Q(reached__in=SPOKEN, safe__in=list(SAFE))
                | (~Q(reached__in=SPOKEN) & Q(safe="")),
                name="danger_call_is_whole",
            ),
        ]

    @property
    def closes(self) -> bool:
        """Did they speak, and are they safe or is help coming?"""
        return self.reached in SPOKEN and self.safe in SETTLED


class DangerStep(models.Model):
    """Who was told of a report: each step once a round. Append-only. `told`: how many messages were
    made.

    `round`: for everybody, how many times four hours it had waited; for an opening of the office,
    its day (20260304).
    """

    report = models.ForeignKey(DangerReport, models.PROTECT, related_name="steps")
    step = models.CharField(max_length=20, choices=STEPS)
    round = models.PositiveIntegerField(default=0)
    why = models.CharField(max_length=12, choices=WHY)
    at = models.DateTimeField()
    event = models.OneToOneField("cases.Event", models.PROTECT, related_name="danger_step")
    told = models.PositiveIntegerField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "step", "round"], name="one_danger_step_a_round"
            ),
            models.CheckConstraint(condition=Q(step__in=list(STEPS)), name="danger_step_known"),
            models.CheckConstraint(condition=Q(why__in=list(WHY)), name="danger_step_why_known"),
        ]
