"""Random lives by two readings that were written apart from each other: the module's, which works
on intervals, and the slow one, which walks through each day.
"""

import io

from budgets.entitlement.answer import answer, as_printed
from budgets.entitlement.facts_file import read_facts
from tests.budgets import random_lives

LIVES = 300


def read(document, until):
    """The module's answer to a document, as it is printed."""
    return as_printed(answer(read_facts(document), until))


def test_random_lives_come_to_the_same_penny():
    said = io.StringIO()
    assert random_lives.compare(read, seed=1, out=said, count=LIVES), said.getvalue()
