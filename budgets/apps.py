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
    "budgets_arrearslimit": {},
    "budgets_linechoice": {},
    "budgets_supportorder": {},
    "budgets_unmetrequest": {},
    "budgets_heldaccount": {},
    "budgets_heldentry": {},
    "budgets_surplusdecision": {},
    "budgets_finalaccount": {},
    # A payment that left is what it is; only what became of it may still be written.
    "budgets_payment": {
        "update_if": "NEW.amount = OLD.amount AND NEW.regular = OLD.regular AND "
        'NEW.owed = OLD.owed AND NEW.recovered = OLD.recovered AND NEW."on" = OLD."on" AND '
        "NEW.case_id = OLD.case_id AND NEW.number = OLD.number AND "
        "COALESCE(NEW.batch_id, 0) = COALESCE(OLD.batch_id, 0) AND "
        "(OLD.state = NEW.state OR OLD.state = 'claimed')",
    },
    "budgets_planinforce": {
        "update_if": "OLD.struck_at IS NULL AND NEW.begins_on = OLD.begins_on AND "
        "COALESCE(NEW.plan_id, 0) = COALESCE(OLD.plan_id, 0) AND "
        "NEW.carried = OLD.carried",
    },
    "budgets_lineprice": {
        "update_if": "OLD.struck_at IS NULL AND NEW.begins_on = OLD.begins_on AND "
        "COALESCE(NEW.ends_on, NEW.begins_on) = COALESCE(OLD.ends_on, OLD.begins_on) AND "
        "COALESCE(NEW.amount, -1) = COALESCE(OLD.amount, -1) AND "
        "NEW.carried = OLD.carried",
    },
    "budgets_suspension": {
        "update_if": "OLD.struck_at IS NULL AND NEW.begins_on = OLD.begins_on AND "
        "NEW.make_good = OLD.make_good AND "
        "NEW.carried = OLD.carried",
    },
    "budgets_extrapayment": {
        "update_if": 'OLD.struck_at IS NULL AND NEW."on" = OLD."on" AND NEW.amount = OLD.amount',
    },
    "budgets_instalment": {
        "update_if": 'OLD.struck_at IS NULL AND NEW."on" = OLD."on" AND NEW.amount = OLD.amount',
    },
    "budgets_settlement": {
        "update_if": 'OLD.struck_at IS NULL AND NEW."on" = OLD."on" AND NEW.amount = OLD.amount',
    },
    "budgets_earliercharge": {
        "update_if": "OLD.struck_at IS NULL AND NEW.charged_from = OLD.charged_from AND "
        "NEW.why = OLD.why AND NEW.contribution_id = OLD.contribution_id",
    },
    # Decided once; afterwards only an earlier end and what follows it are written.
    "budgets_extrasupport": {
        "update_if": "NEW.begins_on = OLD.begins_on AND NEW.ends_on = OLD.ends_on AND "
        "NEW.plan_id = OLD.plan_id AND NEW.weekly = OLD.weekly AND "
        "(NEW.state = OLD.state OR OLD.state = 'proposed')",
    },
    "budgets_estate": {
        "update_if": "OLD.struck_at IS NULL AND NEW.name = OLD.name AND NEW.way = OLD.way"
    },
    "budgets_directpaymentallowed": {"update_if": "OLD.struck_at IS NULL"},
    "budgets_householdpay": {
        "update_if": "OLD.struck_at IS NULL AND NEW.who = OLD.who AND NEW.why = OLD.why AND "
        "NEW.begins_on = OLD.begins_on"
    },
    "budgets_carehomestay": {
        "update_if": "OLD.struck_at IS NULL AND NEW.begins_on = OLD.begins_on AND "
        "NEW.ends_on = OLD.ends_on"
    },
    # A stay that goes on gets its last day once; a mistake is struck.
    "budgets_hospitalstay": {
        "update_if": "OLD.struck_at IS NULL AND NEW.begins_on = OLD.begins_on AND "
        "NEW.case_id = OLD.case_id AND (OLD.ends_on IS NULL OR "
        "(NEW.ends_on IS NOT NULL AND NEW.ends_on = OLD.ends_on))"
    },
    "budgets_hospitaldecision": {},
    "budgets_payee": {
        "update_if": "OLD.struck_at IS NULL AND NEW.creditor = OLD.creditor AND "
        "NEW.name = OLD.name AND NEW.case_id = OLD.case_id",
    },
    "budgets_ledgerformat": {},
    # An answer file is what came; that it counts is said once.
    "budgets_ledgeranswer": {
        "update_if": "OLD.counted_at IS NULL AND OLD.sha256 = NEW.sha256 AND OLD.file = NEW.file "
        "AND OLD.batch_id = NEW.batch_id",
    },
    "budgets_runningimport": {
        "update_if": "OLD.state = 'waiting' AND OLD.sha256 = NEW.sha256 AND "
        "OLD.number = NEW.number AND OLD.made_by_id = NEW.made_by_id",
    },
    "budgets_enteredcase": {
        "update_if": "OLD.live_at IS NULL AND OLD.case_id = NEW.case_id AND "
        "OLD.reference = NEW.reference",
    },
    "budgets_parallelrun": {
        "update_if": "OLD.state = 'open' AND OLD.sha256 = NEW.sha256 AND "
        'OLD.number = NEW.number AND OLD.laid_by_id = NEW.laid_by_id AND OLD."on" = NEW."on"',
    },
    "budgets_circumstances": {},
    "budgets_uprating": {
        "update_if": "OLD.state NOT IN ('finished', 'withdrawn') AND OLD.number = NEW.number AND "
        "OLD.counts_from = NEW.counts_from AND OLD.limit_weekly = NEW.limit_weekly AND "
        "OLD.made_by_id = NEW.made_by_id",
    },
    # What a run recorded stands; until then a row may be worked out again, or be left out.
    "budgets_upratingrow": {
        "update_if": "OLD.state <> 'done' AND OLD.case_id = NEW.case_id AND OLD.kind = NEW.kind "
        "AND OLD.uprating_id = NEW.uprating_id AND OLD.number = NEW.number",
    },
    # What was charged is what it is; only what became of it, and its letter, may be written.
    "budgets_charge": {
        "update_if": "NEW.amount = OLD.amount AND NEW.credit = OLD.credit AND "
        "NEW.case_id = OLD.case_id AND NEW.number = OLD.number AND "
        "NEW.batch_id = OLD.batch_id AND "
        "COALESCE(NEW.event_id, 0) >= COALESCE(OLD.event_id, 0) AND "
        "(OLD.state = NEW.state OR OLD.state = 'claimed')",
    },
    # What was written, answered and decided about a sum paid too much stands.
    "budgets_overpayment": {
        "update_if": "NEW.case_id = OLD.case_id AND NEW.found_at = OLD.found_at AND "
        "(OLD.written_at IS NULL OR (NEW.words = OLD.words AND "
        "NEW.written_amount = OLD.written_amount AND NEW.reply_by = OLD.reply_by)) AND "
        "(OLD.replied_at IS NULL OR NEW.reply = OLD.reply) AND "
        "(OLD.decided_at IS NULL OR (NEW.decision = OLD.decision AND NEW.reason = OLD.reason "
        "AND NEW.amount = OLD.amount))",
    },
    # What was decided about a sum charged too little stands; what is left of it only goes down.
    "budgets_undercharge": {
        "update_if": "NEW.case_id = OLD.case_id AND NEW.found_at = OLD.found_at AND "
        "(OLD.decided_at IS NULL OR (NEW.decision = OLD.decision AND NEW.reason = OLD.reason "
        "AND NEW.amount = OLD.amount AND NEW.left <= OLD.left))",
    },
    "budgets_chargebatch": {"update_if": "OLD.released_at IS NULL"},
    # The file of a batch never changes once it was released.
    "budgets_paymentbatch": {
        "update_if": "OLD.released_at IS NULL OR (OLD.sha256 = NEW.sha256 AND "
        "OLD.file = NEW.file AND OLD.number = NEW.number AND OLD.total = NEW.total "
        "AND OLD.state <> 'confirmed')",
    },
}


# Imported for what they register: guards, turns and follow-ups of moves, what letters say of money,
# forms on paper, what a review begins with, what is held.
JOINING = (
    "budgets.decision.charge_letters",
    "budgets.decision.delegation",
    "budgets.decision.letter_facts",
    "budgets.decision.overpayment_letters",
    "budgets.decision.told_estimates",
    "budgets.payments.charge_reviews",
    "budgets.payments.closing_rules",
    "budgets.payments.closing_tasks",
    "budgets.payments.ending_phrases",
    "budgets.payments.extra_rules",
    "budgets.payments.hospital_tasks",
    "budgets.payments.look_before",
    "budgets.payments.overpayment_tasks",
    "budgets.payments.payee_tasks",
    "budgets.payments.payment_rules",
    "budgets.payments.person_asked",
    "budgets.payments.second_officer",
    "budgets.payments.suspension_tasks",
    "budgets.payments.undercharge_tasks",
    "budgets.payments.uprating_tasks",
    "budgets.payments.use_rules",
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
