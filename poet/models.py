"""The survey: question sets as data, invitations with a private link, answers apart from the person."""

from django.db import models
from django.db.models import Q

from cases.models import Case, Council, Visit

from .models_results import CouncilFile, Improvement, ProcessFacts, Release, Sharing  # noqa: F401  so Django finds them


class QuestionSet(models.Model):
    """A version of one instrument. `definition`: [{"id", "text", "block", "scale", "domain"}], ids never change meaning."""

    INSTRUMENTS = {"person": "Person", "carer": "Carer", "worker": "Worker"}

    code = models.SlugField()
    version = models.PositiveIntegerField()
    instrument = models.CharField(max_length=10, choices=INSTRUMENTS)
    definition = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="one_question_set_a_version")]


class Invitation(models.Model):
    """One asking: made once for each start of a budget. The link's token is kept only as a hash."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="invitations")
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="+")
    question_set = models.ForeignKey(QuestionSet, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, default="six_weeks")
    token_hash = models.CharField(max_length=64, unique=True, null=True)
    made_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    answered = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "kind"], name="one_invitation_a_start")]


class Response(models.Model):
    """Answers without a name: no key leads from here to the case. Group facts are copied at the time of answering."""

    council = models.ForeignKey(Council, models.PROTECT, related_name="responses")
    question_set = models.ForeignKey(QuestionSet, models.PROTECT, related_name="responses")
    answers = models.JSONField()
    helper = models.CharField(max_length=20, blank=True)
    route = models.CharField(max_length=20, blank=True)
    need_group = models.CharField(max_length=20, blank=True)
    age_band = models.CharField(max_length=10, blank=True)
    month = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(answers={}), name="response_not_empty")]


class Benchmark(models.Model):
    """A published figure of a national round. `value_kind` says whether it is exact or a bound: shown as such."""

    domain = models.CharField(max_length=40)
    round = models.CharField(max_length=10)
    group = models.CharField(max_length=60)
    measure = models.CharField(max_length=40)
    value_kind = models.CharField(max_length=15)
    value = models.CharField(max_length=40)
    source = models.CharField(max_length=60)
