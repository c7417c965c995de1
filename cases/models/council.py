"""Who runs the service: councils, teams, staff seats, and the installation-wide identity of a
user.
"""

from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases import journey
from cases.common import dates

OPEN_DAYS = {
    "weekdays": _("Monday to Friday, not on bank holidays"),
    "every_day": _("Every day"),
}


class Council(models.Model):
    """A council with adult social services responsibility. Everything belongs to exactly one.

    `opens_at`, `closes_at`, `open_days`: when its help telephone is answered (`office_hours` reads
    them; London time). `emergency_email`: told outside those hours of danger; `emergency_reads`: is
    it then read?
    """

    slug = models.SlugField(_("web name"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#1d5b6f",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Enter a colour such as #1d5b6f."))],
    )
    help_phone = models.CharField(_("help by telephone"), max_length=40, blank=True)
    help_relay = models.CharField(_("text relay"), max_length=40, blank=True)
    help_address = models.TextField(_("address"), blank=True)
    opens_at = models.TimeField(_("opens at"), null=True, blank=True)
    closes_at = models.TimeField(_("closes at"), null=True, blank=True)
    open_days = models.CharField(_("open on"), max_length=10, choices=OPEN_DAYS, default="weekdays")
    out_of_hours_phone = models.CharField(
        _("telephone when the office is closed"), max_length=40, blank=True
    )
    emergency_email = models.EmailField(_("emergency duty team's address"), blank=True)
    emergency_reads = models.BooleanField(
        _("somebody reads that address whenever the office is closed"), default=False
    )
    invented = models.BooleanField(_("invented for demonstration"), default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at=None, closes_at=None) | Q(opens_at__lt=F("closes_at")),
                name="council_opens_before_it_closes",
            ),
            models.CheckConstraint(
                condition=Q(open_days__in=list(OPEN_DAYS)), name="council_open_days_known"
            ),
        ]

    def __str__(self):
        return self.name


class CouncilChange(models.Model):
    """What somebody changed of how a council is reached. Added, never edited: the council's row is
    what holds now.

    `changes`: {field of Council: [before, after]}, a time as "09:00". `by`: nobody, where it came
    by the command line.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="changes")
    by = models.ForeignKey("User", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    changes = models.JSONField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.council}: {', '.join(self.changes)}"


class Team(models.Model):
    """A team of the council. An intake team receives new requests; its worker is the duty
    worker.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="teams")
    name = models.CharField(_("name"), max_length=80)
    intake = models.BooleanField(_("receives new requests"), default=False)
    email = models.EmailField(_("shared mailbox"), blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["council", "name"], name="team_name_once_a_council")
        ]

    def __str__(self):
        return self.name


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower() or None, **fields)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """An identity in the installation, without a council: staff through a Seat, residents through a
    Representation.

    No address at all (NULL, so that many may have none): somebody who comes back with a code and a
    second fact.
    """

    email = models.EmailField(_("e-mail address"), unique=True, null=True)
    phone = models.CharField(
        _("mobile number for codes"), max_length=15, unique=True, null=True, blank=True
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_staff = models.BooleanField(_("may open the set-up pages"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        ordering = ["name", "email"]

    def __str__(self):
        return self.name or self.email or str(_("Somebody without an e-mail address"))

    @cached_property
    def seats_today(self) -> list["Seat"]:
        """Read once for each user object, which is once a request. Ask `access.seats_of`, which
        knows who has none.
        """
        return self.seats_on(dates.today())

    def seats_on(self, day: date) -> list["Seat"]:
        rows = Seat.objects.filter(Seat.on(day), user=self)
        return list(rows.select_related("council", "team"))

    def get_full_name(self):
        return str(self)


class Dated(models.Model):
    """A row that is true from one date up to, and without, another."""

    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The first day it no longer holds.")
    )

    class Meta:
        abstract = True

    @staticmethod
    def on(day) -> Q:
        """The condition that a row holds on `day`."""
        return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


class Seat(Dated):
    """A role of a user in a council, or in one team of it, with dates."""

    user = models.ForeignKey(User, models.PROTECT, related_name="seats")
    council = models.ForeignKey(Council, models.PROTECT, related_name="seats")
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, help_text=_("Empty: the whole council.")
    )
    role = models.CharField(_("role"), max_length=20, choices=journey.SEAT_ROLES)

    class Meta:
        ordering = ["user", "role"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="seat_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(role__in=list(journey.SEAT_ROLES)), name="seat_role_known"
            ),
        ]

    def __str__(self):
        return f"{self.user}: {self.get_role_display()}"


# What may have a council's own target: steps, and the clocks beside them whose date no law sets.
TIMED = {c: s.short for c, s in journey.STEPS.items() if s.target} | {
    c: k.title for c, k in journey.CLOCKS.items() if not k.statutory
}


class Target(models.Model):
    """The days a council gives a step or a clock from a date on. Added, never edited: `due_at` of
    the past stays.
    """

    council = models.ForeignKey(Council, models.PROTECT, related_name="targets")
    step = models.CharField(_("step"), max_length=20, choices=TIMED)
    days = models.PositiveIntegerField(
        _("calendar days"),
        validators=[
            MinValueValidator(journey.TARGET_LIMITS[0]),
            MaxValueValidator(journey.TARGET_LIMITS[1]),
        ],
    )
    valid_from = models.DateField(_("from"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        ordering = ["step", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["council", "step", "valid_from"], name="one_target_a_step_and_date"
            ),
            models.CheckConstraint(
                condition=Q(days__gte=journey.TARGET_LIMITS[0], days__lte=journey.TARGET_LIMITS[1]),
                name="target_within_limits",
            ),
        ]

    def __str__(self):
        return f"{self.get_step_display()}: {self.days} days from {self.valid_from}"

    @classmethod
    def days_for(cls, council_id, step, day):
        """The target in force on `day`: the council's own, else the shipped default; None where
        there is none.
        """
        return cls.all_for(council_id, [step], day)[step]

    @classmethod
    def all_for(cls, council_id, steps, day) -> dict:
        """The targets in force on `day` of several steps or clocks, in one statement."""
        own = cls.objects.filter(
            council_id=council_id, step__in=steps, valid_from__lte=day
        ).order_by("valid_from")
        return {step: cls.shipped(step) for step in steps} | dict(own.values_list("step", "days"))

    @staticmethod
    def shipped(step):
        return (journey.STEPS.get(step) or journey.CLOCKS[step]).target
