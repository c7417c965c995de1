"""Random lives by two readings that were written apart from each other: the module's, which works
on intervals, and the slow one, which walks through each day.

A run that is not full takes a fifth of them, the next one another.
"""

import io

from budgets.entitlement.answer import answer, as_printed
from budgets.entitlement.facts_file import read_facts
from tests import sample
from tests.budgets import random_lives

LIVES, PARTS = 300, 5


def read(document, until):
    """The module's answer to a document, as it is printed."""
    return as_printed(answer(read_facts(document), until))


def test_random_lives_come_to_the_same_penny(record_property):
    said = io.StringIO()
    here = {"count": LIVES}
    if not sample.FULL:
        here = {"count": LIVES // PARTS, "skip": sample.TURN % PARTS * (LIVES // PARTS)}
        what = f"{LIVES - here['count']} of {LIVES} random lives by both readings of entitlement"
        sample.left_out(record_property, what)
    assert random_lives.compare(read, seed=1, out=said, **here), said.getvalue()
