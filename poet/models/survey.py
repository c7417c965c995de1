"""The survey: question sets as data, invitations with a private link, answers apart from the
person.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.models import Case, Council, Team, Visit

USER = settings.AUTH_USER_MODEL
INSTRUMENTS = {"person": "Person", "carer": "Carer", "worker": "Worker"}
# How the answers came: those given with a worker are reported apart, never added to the private
# ones.
MODES = {"private": "By private link", "paper": "On paper", "with_worker": "With a worker"}
STOPS = {
    "death": "A death was recorded",
    "closed": "The case ended",
    "expired": "Nobody answered in time",
}


class QuestionSet(models.Model):
    """A version of one instrument, published with its row and never changed (trigger). Ids never
    change meaning.

    `council`: whose own it is; None is for all. `definition`: [{"id", "text", "short", "easy",
    "scale", "block", "domain", "core", "review", "condition", "wellbeing", "themes", "labels"}], as
    `question_files` describes it.
    """

    council = models.ForeignKey(Council, models.PROTECT, null=True, related_name="question_sets")
    code = models.SlugField()
    version = models.PositiveIntegerField()
    instrument = models.CharField(max_length=10, choices=INSTRUMENTS)
    title = models.CharField(max_length=120, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    definition = models.JSONField()
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"],
                condition=Q(council=None),
                name="one_question_set_a_version",
            ),
            models.UniqueConstraint(
                fields=["council", "code", "version"],
                condition=Q(council__isnull=False),
                name="one_question_set_a_council_and_version",
            ),
            models.CheckConstraint(
                condition=Q(instrument__in=list(INSTRUMENTS)), name="instrument_known"
            ),
        ]


class Invitation(models.Model):
    """One asking, at a set point of a case. Of its link and its code only hashes are kept.

    `worker`: the colleague who is asked instead of the person. `near_review`: what a review itself
    asks is left out. `next_at`: when the job looks at it next (send, remind, or fold in what was
    answered); None: never again.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="invitations")
    visit = models.ForeignKey(Visit, models.PROTECT, related_name="+")
    question_set = models.ForeignKey(QuestionSet, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, default="six_weeks")
    worker = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    near_review = models.BooleanField(default=False)
    token_hash = models.CharField(max_length=64, unique=True, null=True)
    code_hash = models.CharField(max_length=64, unique=True, null=True)
    made_at = models.DateTimeField()
    asked_times = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_why = models.CharField(max_length=10, choices=STOPS, blank=True)
    answered = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "kind"], name="one_invitation_a_start")
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(next_at__isnull=False), name="invitations_due"
            ),
            models.Index(
                fields=["worker", "made_at"],
                condition=Q(worker__isnull=False),
                name="workers_asked",
            ),
        ]


class Draft(models.Model):
    """Answers of a form that was not sent yet. `key_hash` is made from the invitation with the
    installation's secret: it does not say whose they are.
    """

    key_hash = models.CharField(max_length=64, unique=True)
    answers = models.JSONField(default=dict)


class Response(models.Model):
    """Answers without a name: no key leads from here to the case, though the whole database tells
    (ADR 13). Group facts are copied at the time of answering.

    `responses`: {question id: value}, without free text. `complete`: False where the form was never
    sent and the answers given until then were folded in. `entered_by`: who typed in a paper or sat
    beside it.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="responses")
    question_set = models.ForeignKey(QuestionSet, models.PROTECT, related_name="responses")
    answers = models.JSONField()
    kind = models.CharField(max_length=20, default="six_weeks")
    mode = models.CharField(max_length=12, choices=MODES, default="private")
    complete = models.BooleanField(default=True)
    helper = models.CharField(max_length=20, blank=True)
    helped_by = models.CharField(max_length=20, blank=True)
    entered_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    route = models.CharField(max_length=20, blank=True)
    need_group = models.CharField(max_length=20, blank=True)
    age_band = models.CharField(max_length=10, blank=True)
    month = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(answers={}), name="response_not_empty"),
            models.CheckConstraint(condition=Q(mode__in=list(MODES)), name="response_mode_known"),
        ]
        indexes = [models.Index(fields=["council", "month"], name="responses_by_month")]


class LinkKey(models.Model):
    """The key kept apart: which case an answer belongs to, only where the respondent agreed to it.

    Read for totals of process against outcome, by no page; deleting a row takes the consent back
    for good.
    """

    response = models.OneToOneField(Response, models.PROTECT, primary_key=True, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+")


class Comment(models.Model):
    """What somebody wrote, apart from the answers and from any identity. Read in the app, never in
    a file.

    `readable_on`: words of a week come together, so that none can be matched with the day it was
    sent.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="survey_comments")
    question_set = models.ForeignKey(QuestionSet, models.PROTECT, related_name="+")
    question = models.CharField(max_length=60)
    words = models.TextField()
    readable_on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="comment_not_empty")]
        indexes = [models.Index(fields=["council", "readable_on"], name="comments_by_week")]


class Benchmark(models.Model):
    """A published figure of a national round. `value_kind` says whether it is exact or a bound:
    shown as such.
    """

    domain = models.CharField(max_length=40)
    round = models.CharField(max_length=10)
    group = models.CharField(max_length=60)
    measure = models.CharField(max_length=40)
    value_kind = models.CharField(max_length=15)
    value = models.CharField(max_length=40)
    source = models.CharField(max_length=60)
