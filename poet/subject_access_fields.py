"""What this app holds about somebody, model by model, for the copy of everything
(`cases.records.subject_access`).
"""

from django.utils.translation import gettext_lazy

from cases.records.subject_access import OWN, give, keep_back

SURVEY = gettext_lazy(
    "What you answered in the survey. It is kept without your name, so no page of ours can "
    "find it for you. Somebody who "
    "runs the computer system could still work out which answers are yours."
)
give(
    "poet.Invitation",
    "case",
    gettext_lazy("Survey: when you were asked"),
    OWN,
    leave=("token_hash", "code_hash", "next_at"),
    only=lambda rows, reader: rows.filter(worker=None),
)
keep_back("poet.LinkKey", SURVEY)
