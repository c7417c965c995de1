"""What a person asks of the council outside the steps, and what stands beside a case: each in rows,
with its event.

No words here: what was written stands in the event's body, with its audience, where the law can
dispose of it.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL
WHATS = {
    "message": _("A message"),
    "copy": _("A copy of everything"),
    "names": _("The names of those who looked at the record"),
}
REPLIES = {
    "mine": _("Keep mine"),
    "theirs": _("I agree with the other answer"),
    "comment": _("Neither: see my words"),
}


class Asked(models.Model):
    """Something the council answers by a day. `alone`: no helper may know of it. `due_on`: the last
    good day.
    """

    council = models.ForeignKey("cases.Council", models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="asked")
    what = models.CharField(max_length=10, choices=WHATS)
    alone = models.BooleanField(default=False)
    event = models.OneToOneField("cases.Event", models.PROTECT, related_name="asked")
    due_on = models.DateField()
    answer = models.OneToOneField("cases.Event", models.PROTECT, null=True, related_name="answers")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["event__seq"]
        constraints = [
            models.CheckConstraint(condition=Q(what__in=list(WHATS)), name="asked_what_known"),
            models.CheckConstraint(
                condition=Q(answer=None, answered_at=None)
                | Q(answer__isnull=False, answered_at__isnull=False),
                name="asked_answer_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["case"], condition=Q(answered_at=None), name="asked_and_open")
        ]


class VoiceReply(models.Model):
    """What the person says to one difference between the voices: none of them is changed by it. The
    last row counts. `against`: the version of the assessor's answer that it replies to.
    """

    assessment = models.ForeignKey("cases.SelfAssessment", models.PROTECT, related_name="replies")
    question = models.CharField(max_length=60)
    reply = models.CharField(max_length=10, choices=REPLIES)
    against = models.PositiveIntegerField()
    event = models.OneToOneField("cases.Event", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(reply__in=list(REPLIES)), name="voice_reply_known")
        ]


class Withheld(models.Model):
    """A colleague's openings of a record that the person is not shown: safeguarding, with who
    decided it and why.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="withheld")
    user = models.ForeignKey(USER, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True)
    event = models.OneToOneField("cases.Event", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="withheld_dates_in_order"
            )
        ]


class CaseLink(models.Model):
    """A carer's case and that of the person they care for, tied because both said yes. It opens
    neither to anybody.
    """

    carer = models.ForeignKey("cases.Case", models.PROTECT, related_name="cares_for")
    cared_for = models.ForeignKey("cases.Case", models.PROTECT, related_name="cared_for_by")
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["carer", "cared_for"],
                condition=Q(ended_at=None),
                name="one_open_link_of_two_cases",
            ),
            models.CheckConstraint(
                condition=~Q(carer=F("cared_for")), name="case_link_of_two_cases"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="case_link_end_is_whole",
            ),
        ]
