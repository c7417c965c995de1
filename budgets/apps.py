"""The app: its figures, decisions and published schemes are append-only; its rules join the journey's moves."""

from django.apps import AppConfig

from cases import ledger


class BudgetsConfig(AppConfig):
    name = "budgets"
    verbose_name = "Budgets"

    def ready(self):
        from . import letters, rules  # noqa: F401  (what letters say of money; guards, turns, follow-ups, questions)

        ledger.protect("budgets_budgetfigure")
        ledger.protect("budgets_calculation")
        ledger.protect("budgets_signoff")
        ledger.protect("budgets_contribution")
        ledger.protect("budgets_linestart")
        # What was sent is frozen with its hash; only where it stands may change afterwards.
        ledger.protect("budgets_supportplan", update_if="OLD.digest = '' OR OLD.digest = NEW.digest")
        ledger.protect("budgets_schemeversion", update_if="OLD.state = 'draft'", delete_if="OLD.state = 'draft'")
