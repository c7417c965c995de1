"""Set up a council: its intake team, its first administrator, and the officer who may agree any
plan.

How people reach it (telephone, hours, address, who is told at night) may be given here too, or
entered by that administrator on "How people reach us"; at the end the command says what is still
missing. Everything else (teams, colleagues, targets, limits, rates) is set up by that administrator
on the set-up pages. Refused whole, with one sentence, rather than done in part. No password is ever
given on the command line.
"""

from getpass import getpass

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import get_resolver, reverse

from budgets.models import DelegationLevel
from budgets.models.decision import DECIDING
from cases.common import dates
from cases.council import set_up
from cases.forms.reach import ReachForm, in_order
from cases.models import Council, Seat, Team, User
from cases.models.council import OPEN_DAYS

REASON = "At set-up: whoever may agree what no other limit covers"


# option -> (field of Council, what it is): how people reach the council, each by the rule of the
# administrators' form
REACHED = {
    "help_phone": ("help_phone", "help telephone, on every page and letter"),
    "help_relay": ("help_relay", "text relay number, beginning with 18001"),
    "days": ("open_days", f"when the help telephone is answered: {' or '.join(OPEN_DAYS)}"),
    "opens": ("opens_at", "from what time it is answered, such as 9am"),
    "closes": ("closes_at", "until what time, such as 5pm"),
    "address": ("help_address", "address for letters and visits; \\n begins a new line"),
    "out_of_hours_phone": ("out_of_hours_phone", "number people ring when the office is closed"),
    "emergency_email": ("emergency_email", "e-mail address of the emergency duty team"),
}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument(
            "--slug", required=True, help="the council's web name, as in /brackenshire/"
        )
        parser.add_argument("--name", required=True, help="the council's name, as people read it")
        parser.add_argument(
            "--admin-email", required=True, help="e-mail address of the first administrator"
        )
        parser.add_argument("--admin-name", required=True, help="name of the first administrator")
        parser.add_argument(
            "--intake-team", default="First contact", help="the team that receives new requests"
        )
        parser.add_argument(
            "--top-officer-role",
            choices=list(DECIDING),
            default="service_manager",
            help="who may agree a plan that no other limit covers (service_manager)",
        )
        for option, (_field, words) in REACHED.items():
            parser.add_argument(f"--{option.replace('_', '-')}", default="", help=words)
        parser.add_argument(
            "--emergency-reads",
            action="store_true",
            help="somebody reads that address all the time that the office is closed",
        )
        parser.add_argument(
            "--ask-password", action="store_true", help="ask here for the administrator's password"
        )

    def handle(
        self,
        *,
        slug,
        name,
        admin_email,
        admin_name,
        intake_team,
        top_officer_role,
        ask_password,
        **options,
    ):
        try:
            council = checked(Council(slug=slug, name=name.strip()))
            values = reached(options)
            user, known = administrator(admin_email.strip(), admin_name.strip())
            password = asked_password(user) if ask_password and not known else None
            with transaction.atomic():
                council.save()
                found(council, user, password, intake_team, top_officer_role)
                set_up.change_reach(council=council, by=None, values=values)
        except ValidationError as problem:
            raise CommandError(" ".join(problem.messages)) from None
        self.report(council, user, known, password, top_officer_role)

    def report(self, council, user, known, password, role):
        address = settings.SITE_URL.rstrip("/")
        say = self.stdout.write
        say(f"{council.name} is set up. Its public page: {address}/{council.slug}/")
        if known:
            say(
                f"{user.email} had an account and keeps its password; codes by e-mail no "
                "longer open it."
            )
        elif password is None:
            say(
                f"{user.email} chooses a password at {address}{reverse('account_reset_password')}, "
                "by the link in an e-mail."
            )
        say(
            f"Plans that no other limit covers go to: {DECIDING[role]}. No other role may "
            "agree a plan yet."
        )
        lacks = [str(need.words) for need in set_up.missing(council)]
        if lacks:
            say(f"Not complete yet. Still missing: {'; '.join(lacks)}.")
            say(f"How people reach the council is entered on {address}{reverse('cases:reach')}.")
        say(
            f"Next, on {address}{reverse('admin:index')}: teams, colleagues' seats, limits, "
            "targets."
        )


def reached(options: dict) -> dict:
    """How people reach the council, as far as it was given; a ValidationError names the option that
    is wrong.
    """
    values = {}
    for option, (field, _words) in REACHED.items():
        if not options[option]:
            continue
        try:
            typed = options[option].replace("\\n", "\n")
            values[field] = ReachForm.base_fields[field].clean(typed)
        except ValidationError as refused:
            said = " ".join(map(str, refused.messages))
            raise ValidationError(f"--{option.replace('_', '-')}: {said}.") from None
    opens, closes = values.get("opens_at"), values.get("closes_at")
    if (opens is None) != (closes is None):
        raise ValidationError("--opens and --closes belong together.")
    if wrong := in_order(opens, closes):
        raise ValidationError(f"--closes: {wrong}.")
    if options["emergency_reads"] and "emergency_email" not in values:
        raise ValidationError("--emergency-reads: say which address, with --emergency-email.")
    return values | ({"emergency_reads": True} if options["emergency_reads"] else {})


def taken_words(patterns=None):
    """First segments of the addresses of the service itself: no council may stand in front of
    them.
    """
    yield settings.STATIC_URL.strip("/")
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        first = str(pattern.pattern).strip("^").split("/")[0]
        if first and "<" not in first:
            yield first
        elif not first and hasattr(pattern, "url_patterns"):
            yield from taken_words(pattern.url_patterns)


def checked(council: Council) -> Council:
    """The new council, or a ValidationError: it exists already, or its web name is a word of the
    service.
    """
    if council.slug in set(taken_words()):
        raise ValidationError(
            f"The web name {council.slug!r} is an address of the service itself; choose another."
        )
    if Council.objects.filter(slug=council.slug).exists():
        raise ValidationError(f"There is a council with the web name {council.slug!r} already.")
    council.full_clean()
    return council


def administrator(email: str, name: str) -> tuple[User, bool]:
    """The user with this address, unsaved if new, and whether there was one."""
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        user = User(email=email.lower(), name=name, is_staff=True)
        user.clean_fields(exclude=["password"])
        return user, False
    if not user.is_active:
        raise ValidationError(f"The account of {email} is closed.")
    return user, True


def asked_password(user: User) -> str:
    """A password typed twice, by the rules of the sign-in page."""
    first = getpass(f"Password for {user.email}: ")
    if first != getpass("The same again: "):
        raise ValidationError("The two passwords differ. Nothing was set up.")
    validate_password(first, user)
    return first


def found(council: Council, user: User, password: str | None, intake_team: str, role: str) -> None:
    """Everything a council needs before its administrator can go on. In the caller's
    transaction.
    """
    today = dates.today()
    if user.pk is None:
        user.set_password(
            password
        )  # None: no password fits, until the link of the reset page is followed
    user.is_staff = True
    user.save()
    Seat.objects.create(user=user, council=council, role="admin", valid_from=today)
    team = Team(council=council, name=intake_team.strip(), intake=True)
    team.full_clean()
    team.save()
    DelegationLevel.objects.create(council=council, role=role, valid_from=today, reason=REASON)
