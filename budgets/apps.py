"""The app: its figures, decisions and published schemes are append-only; its rules join the
journey's moves.
"""

from importlib import import_module

from django.apps import AppConfig

from cases import ledger

# Table -> when a row may be changed or deleted after all; nothing: it is only ever added to.
LEDGERS: dict[str, dict[str, str]] = {
    "budgets_budgetfigure": {},
    "budgets_calculation": {},
    "budgets_signoff": {},
    "budgets_contribution": {},
    "budgets_chargingrate": {},
    "budgets_linestart": {},
    # What was sent is frozen with its hash; only where it stands may change afterwards.
    "budgets_supportplan": {"update_if": "OLD.digest = '' OR OLD.digest = NEW.digest"},
    "budgets_spendbudget": {},
    "budgets_schemeversion": {
        "update_if": "OLD.state = 'draft'",
        "delete_if": "OLD.state = 'draft'",
    },
    "budgets_directpaymentagreement": {},
    "budgets_linechoice": {},
    "budgets_supportorder": {},
    "budgets_unmetrequest": {},
    "budgets_heldaccount": {},
    "budgets_heldentry": {},
    "budgets_surplusdecision": {},
    "budgets_finalaccount": {},
    # A payment is what it is; only its hold may change, and nothing any more once a batch has
    # taken it.
    "budgets_scheduledpayment": {
        "update_if": "NEW.amount = OLD.amount AND NEW.due = OLD.due AND NEW.agreement_id = "
        "OLD.agreement_id AND "
        "(OLD.batch_id IS NULL OR (COALESCE(NEW.batch_id, 0) = OLD.batch_id AND NEW.held "
        "= OLD.held))",
    },
    # The file of a batch never changes once it is there.
    "budgets_paymentbatch": {
        "update_if": "OLD.sha256 = '' OR (OLD.sha256 = NEW.sha256 AND "
        "OLD.content = NEW.content AND OLD.number = NEW.number AND OLD.total = NEW.total "
        "AND OLD.state <> 'confirmed')",
    },
}


# Imported for what they register: guards, turns and follow-ups of moves, what letters say of money,
# forms on paper, what a review begins with, what is held.
JOINING = (
    "budgets.decision.delegation",
    "budgets.decision.letter_facts",
    "budgets.payments.closing_rules",
    "budgets.payments.closing_tasks",
    "budgets.payments.ending_phrases",
    "budgets.payments.payment_rules",
    "budgets.forms.paper_form",
    "budgets.plan.review_start",
    "budgets.rules",
    "budgets.subject_access_fields",
)


class BudgetsConfig(AppConfig):
    name = "budgets"
    verbose_name = "Budgets"

    def ready(self):
        for module in JOINING:
            import_module(module)
        _join_set_up()
        for table, rules in LEDGERS.items():
            ledger.protect(table, **rules)


def _join_set_up() -> None:
    """The pages and needs that this app adds to those of cases."""
    from django.utils.translation import gettext_lazy as _

    from budgets import easy_read_pages
    from budgets.decision import delegation
    from cases.council import set_up
    from cases.ui import easy_read

    easy_read.PAGES.update(easy_read_pages.PAGES)
    set_up.NEEDS["top_officer"] = set_up.Need(
        _("the seat of the officer who may agree any plan"),
        "admin:cases_seat_add",
        delegation.top_officer,
    )
