"""The app, and the one thing that must be true after every migration: the record is append-only."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate

# Imported for what they register: guards, what follows a move, what is still due, letters, what is
# held.
JOINING = (
    "cases.casefile.challenges",
    "cases.helpers.authority",
    "cases.models.clock_rows",
    "cases.letters.compose",
    "cases.records.subject_access_fields",
    "cases.rules",
)


def arm_after_migrate(sender, using, **kwargs):
    from django.db import connections

    from cases import ledger

    ledger.arm(connections[using])


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "Cases"

    def ready(self):
        from allauth.account.signals import password_reset
        from django.contrib.auth.signals import user_logged_in

        from cases.signin import front_door, known_browser
        from cases.ui import easy_read, easy_read_pages

        for module in JOINING:
            import_module(module)
        easy_read.PAGES.update(easy_read_pages.PAGES)

        post_migrate.connect(arm_after_migrate, sender=self)
        user_logged_in.connect(known_browser.proved)
        user_logged_in.connect(front_door.signed_in)
        password_reset.connect(known_browser.proved)
