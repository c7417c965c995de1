"""What an act would change, to be looked at before it is confirmed: plain data for the page.

Here: its shape and the mark by which a page says what was looked at. Not here: who finds out what
changes (`journey.hooks.looked_at`), and when it has to be seen (`views.form_act`).
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from cases.ui.components import Table

LOOKED = "looked"  # the field in which a page says what was looked at
PRESS, CHECK = "press", "check"  # the field of its buttons, and what the one to look again says
ANSWER = "look_answer"  # the field of the answer to what an act asks besides


@dataclass
class Look:
    """`rows`: (words, value) in short. `parts`: tables, each with a sentence below it. `state`: all
    that it stands on, so that another state is looked at again. `again`: it differs from what the
    reader has seen. `question`: what has to be answered before it is confirmed, drawn by
    `html(chosen, name, missing)`; `answer`: what was chosen so far; `missing`: nothing was.
    """

    rows: list[tuple[str, str]]
    parts: list[tuple[Table, str]]
    state: Any = field(repr=False)
    mark: str = ""
    again: bool = False
    question: Any = field(default=None, repr=False)
    answer: str = ""
    missing: bool = False

    def marked(self, typed: Any) -> str:
        """The mark of this state together with what was typed."""
        return hashlib.sha256(repr((self.state, typed)).encode()).hexdigest()

    def ask(self, name: str = ANSWER) -> str:
        """The question as HTML; "" where there is none."""
        return self.question.html(self.answer, name, self.missing) if self.question else ""
