"""The two invented councils with their teams, staff and settings, and the sign-ins of the
demonstration.
"""

import json
import secrets
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from budgets.actions.charging_rates import record_charging_rates
from budgets.actions.shipped_schemes import load_defaults
from budgets.money.charging import year_of, year_start
from budgets.money.charging_rates import Rate
from budgets.plan.local_ideas import load_ideas
from cases.models import Council, Seat, Team, User

COUNCILS = (
    {
        "slug": "brackenshire",
        "name": "Brackenshire Council",
        "colour": "#1d5b6f",
        "help_phone": "01632 960100",
        "help_relay": "18001 01632 960100",
        "help_address": "Care Direct, 1 Moor Lane, Bracken BR1 1AA",
        "out_of_hours_phone": "01632 960199",
        "emergency_email": "emergency.duty@brackenshire.example",
        "emergency_reads": True,
        "scheme": "table",
        "teams": ("North team", "South team", "Carers team"),
        "workers": 4,
    },
    {
        "slug": "port-merrow",
        "name": "Port Merrow City Council",
        "colour": "#6b3a6e",
        "help_phone": "01632 960200",
        "help_relay": "18001 01632 960200",
        "help_address": "Adult Care, Quay House, Port Merrow PM1 1AA",
        "out_of_hours_phone": "01632 960299",
        "emergency_email": "emergency.duty@port-merrow.example",
        "emergency_reads": False,
        "scheme": "reckoner",
        "teams": ("Harbour team", "Hill team"),
        "workers": 3,
    },
)
WORKERS = (
    "Robin Ash",
    "Sam Okoro",
    "Morgan Bell",
    "Chris Dhillon",
    "Jo Farrow",
    "Lee Hughes",
    "Pat Iqbal",
    "Kit Jarvis",
    "Max Kerr",
    "Toni Lyle",
    "Ash Munro",
    "Bev Noor",
)
CAST = (
    ("worker", "Robin Ash", "A social worker with a caseload"),
    ("manager", "Dana Mills", "A team manager: waiting list, sign-off, dashboard"),
    (
        "service_manager",
        "Ola Grant",
        "A service manager: the higher sign-off, the whole council's dashboard",
    ),
    ("panel", "Finn Castle", "A panel member: the exceptions only"),
    ("finance", "Mo Penney", "A finance officer: agreements and payments"),
    ("admin", "Kim Lowe", "The council's administrator: set-up"),
    ("auditor", "Vic Stern", "An auditor: the record, read only"),
)
LIMITS = {"lower": "14250", "upper": "23250", "tariff": "1", "step": "250"}  # pounds
SECOND_FINANCE: dict[str, Any] = {
    "name": "Nell Florin",
    "what": "A second finance officer: verifies payees and releases the other's batches",
    "shown": "second_finance",
}


class Built:
    """One council as the walks need it: teams, and who works where."""

    def __init__(self, council: Council, intake: Team, teams: list[Team]) -> None:
        self.council, self.intake, self.teams = council, intake, teams
        self.carers = next((t for t in teams if "Carers" in t.name), teams[0])
        self.workers: dict[int, list[User]] = {}
        self.managers: dict[int, User] = {}
        self.duty: User
        self.finance: User
        self.second_finance: User
        self.service_manager: User
        self.panel: User


def build(until: date, *, passwords: bool) -> tuple[list[Built], list[dict]]:
    """Both councils and the accounts of the staff: (councils, accounts)."""
    built, accounts = [], []
    for plan in COUNCILS:
        one, made = _build_one(plan, until, passwords)
        built.append(one)
        accounts += made
    return built, accounts


def _enter_limits(council: Council, finance: User, until: date) -> None:
    """What finance has entered for the year, so that savings give an estimate: invented, and said
    so where it is shown.
    """
    first = year_start(int(year_of(until)[:4]))
    source = "Invented for the demonstration: take it from the circular of the year"
    rates = [
        Rate(code, Decimal(amount), first, None, source, own=True)
        for code, amount in LIMITS.items()
    ]
    record_charging_rates(council=council, rates=rates, by=finance)


def _build_one(plan: dict, until: date, passwords: bool) -> tuple[Built, list[dict]]:
    since = until - timedelta(days=900)
    fields = {k: v for k, v in plan.items() if k not in ("scheme", "teams", "workers")}
    council = Council.objects.create(invented=True, opens_at=time(9), closes_at=time(17), **fields)
    load_defaults(council, plan["scheme"])
    load_ideas(council)
    intake = Team.objects.create(council=council, name="First contact", intake=True)
    one = Built(
        council, intake, [Team.objects.create(council=council, name=n) for n in plan["teams"]]
    )
    staff = Staff(council, since, passwords)
    one.duty = staff.seat(
        "worker", "Alex Reed", intake, "The duty worker of first contact: new requests", "duty"
    )
    names = iter(WORKERS)
    for n, team in enumerate(one.teams):
        workers = [next(names) for _ in range(plan["workers"])]
        one.workers[team.pk] = [
            staff.seat("worker", name, team, CAST[0][2] if n == i == 0 else None)
            for i, name in enumerate(workers)
        ]
        what = CAST[1][2] if n == 0 else None
        one.managers[team.pk] = staff.seat(
            "manager", CAST[1][1] if what else f"Terry {team.name.split()[0]}", team, what
        )
    one.service_manager = staff.seat("service_manager", CAST[2][1], what=CAST[2][2])
    one.panel = staff.seat("panel", CAST[3][1], what=CAST[3][2])
    one.finance = staff.seat("finance", CAST[4][1], what=CAST[4][2])
    _enter_limits(council, one.finance, until)
    one.second_finance = staff.seat("finance", **SECOND_FINANCE)
    staff.seat("admin", CAST[5][1], what=CAST[5][2])
    staff.seat("auditor", CAST[6][1], what=CAST[6][2])
    # the manager of the first team answers for the waiting list of first contact too
    first = one.managers[one.teams[0].pk]
    Seat.objects.create(user=first, council=council, team=intake, role="manager", valid_from=since)
    return one, staff.accounts


class Staff:
    """Makes the staff of a council; `accounts` are the sign-ins of those who are shown, by what
    they do.
    """

    def __init__(self, council: Council, since: date, passwords: bool) -> None:
        self.council, self.since, self.passwords = council, since, passwords
        self.accounts: list[dict] = []

    def seat(
        self,
        role: str,
        name: str,
        team: Team | None = None,
        what: str | None = None,
        shown: str | None = None,
    ) -> User:
        """A user with a seat. `what` they do: an account to try, as `shown` or by their role."""
        given = name.split()[0].lower()
        local = f"{given}.{_hyphened(role)}.{team.pk if team else 0}"
        password = None
        if what:
            local = _hyphened(shown or role)
            password = secrets.token_urlsafe(9) if self.passwords else None
        email = f"{local}@{self.council.slug}.example"
        if what:
            self.accounts.append(
                {
                    "council": self.council.name,
                    "role": shown or role,
                    "name": name,
                    "sign_in": email,
                    "password": password,
                    "what": what,
                }
            )
        user = User.objects.create_user(email, password, name=name, is_staff=role == "admin")
        Seat.objects.create(
            user=user, council=self.council, team=team, role=role, valid_from=self.since
        )
        return user


def _hyphened(role: str) -> str:
    return role.replace("_", "-")


def keep_accounts(accounts: list[dict]) -> None:
    """Write the sign-ins into an ignored file, readable by its owner alone."""
    path = settings.DATA_DIR / "demo-accounts.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(accounts, indent=1))
    path.chmod(0o600)
