"""Run as a program by the test that kills: a database with overdue cases, made by real actions."""

import os
import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "sds.settings"


def main(count: int) -> None:
    import django
    from django.conf import settings

    # Straight from the models, in a tenth of the time: the migrations have their own tests.
    settings.MIGRATION_MODULES = {app.split(".")[-1]: None for app in settings.INSTALLED_APPS}
    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.utils import timezone

    from cases import actions
    from cases.models import Council, Message, Seat, Team, User

    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("createcachetable", verbosity=0)
    council = Council.objects.create(slug="brackenshire", name="Brackenshire Council")
    team = Team.objects.create(
        council=council, name="First contact", intake=True, email="contact@example.org"
    )
    duty = User.objects.create_user("duty@example.org", name="Duty")
    long_ago = timezone.now() - timedelta(days=60)
    Seat.objects.create(
        user=duty, council=council, team=team, role="worker", valid_from=long_ago.date()
    )
    with transaction.atomic():
        for number in range(count):
            case = actions.ask_for_support(
                council=council,
                name=f"Person {number}",
                kind="adult",
                by=None,
                role="person",
                channel="online",
                person_fields={"email": f"person{number}@example.org", "contact_by": "email"},
                at=long_ago,
            )
            if number % 2:  # every other case waits for its person, and its worker gets the copy
                case.move("reassign", by=duty, worker=duty.pk, at=long_ago)
                case.move("hand_turn", by=duty, turn="person", reason="Their choice", at=long_ago)
        Message.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(SLOW[connection.vendor])


# Each nudge takes ten milliseconds, so that a round is long enough to be killed in the middle.
SLOW = {
    "sqlite": """CREATE TRIGGER slow_nudge AFTER INSERT ON cases_nudge BEGIN
        SELECT count(*) FROM (WITH RECURSIVE n(x) AS
            (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 60000) SELECT x FROM n); END""",
    "postgresql": """CREATE FUNCTION slow_nudge() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(0.01); RETURN NEW; END $$;
        CREATE TRIGGER slow_nudge AFTER INSERT ON cases_nudge
        FOR EACH ROW EXECUTE FUNCTION slow_nudge()""",
}

if __name__ == "__main__":
    main(int(sys.argv[1]))
