"""The assessment: one store of answers in several voices, and the officer's determination.

Software counts what was marked; a person decides, with reasons (Care Act 2014 s13; SI 2015/313).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases import journey

VOICES = {"person": "Own words", "helper": "Helper", "assessor": "Assessor", "agreed": "Agreed"}


class SelfAssessment(models.Model):
    """One assessment of a case. `form` freezes the questions it was begun with, so a draft survives
    a new version.

    `shared_at`: since when the council may read the draft, because the person said so.
    """

    STATES = {"draft": "Draft", "submitted": "Sent"}

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="assessments")
    number = models.PositiveIntegerField(default=1)
    questions_version = models.CharField(max_length=20)
    form = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=STATES, default="draft")
    mode = models.CharField(max_length=12, choices=journey.MODES, default="own")
    started_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    shared_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_assessment_a_number"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="draft"), name="one_draft_assessment"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at=None)
                | Q(state="submitted", submitted_at__isnull=False),
                name="assessment_sent_whole",
            ),
        ]


class Answer(models.Model):
    """An answer in one voice. `value` is an option number, a level code or words; voices never
    overwrite each other.
    """

    assessment = models.ForeignKey(SelfAssessment, models.PROTECT, related_name="answers")
    question = models.CharField(max_length=60)
    voice = models.CharField(max_length=10, choices=VOICES)
    value = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "question", "voice"], name="one_answer_a_voice"
            ),
            models.CheckConstraint(condition=Q(voice__in=list(VOICES)), name="answer_voice_known"),
        ]


class Determination(models.Model):
    """The officer's decision on eligibility. `findings`: outcome -> {"tests": [...], "reason":
    str}.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="determinations")
    assessment = models.ForeignKey(SelfAssessment, models.PROTECT, related_name="determinations")
    eligible = models.BooleanField()
    findings = models.JSONField(default=dict)
    arises = models.BooleanField()
    impact = models.BooleanField()
    areas = models.JSONField(default=list)
    reasons = models.TextField()
    advice = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
