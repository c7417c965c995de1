"""Random lives by two readings that were written apart from each other: the module's, which works
on intervals, and the slow one, which walks through each day.
"""

import io

from budgets.entitlement.answer import answer, as_printed
from budgets.entitlement.facts_file import read_facts
from tests import sample
from tests.budgets import random_lives

LIVES, A_TURN = 300, 100


def read(document, until):
    """The module's answer to a document, as it is printed."""
    return as_printed(answer(read_facts(document), until))


def test_random_lives_come_to_the_same_penny(record_property):
    said = io.StringIO()
    skip, count = (0, LIVES) if sample.FULL else (A_TURN * (sample.TURN % 3), A_TURN)
    if count < LIVES:
        sample.left_out(record_property, f"{LIVES - count} of {LIVES} random lives of entitlement")
    same = random_lives.compare(read, seed=1, out=said, count=count, skip=skip)
    assert same, said.getvalue()
    assert A_TURN * 3 == LIVES, "three turns are the whole"
