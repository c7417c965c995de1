"""Refusals: exceptions that carry a sentence for the reader. The page shows it and keeps what was
typed.
"""

OWN_PAGE = "Do this from its own page, where the decision is written down."


class NotYet(Exception):
    """A thing that can't be done now. `sentence` is shown as it is; `field` names the form field it
    is about.
    """

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
        self.field = field


class Stale(NotYet):
    """Someone else saved or moved first. `changes` are (label, yours, theirs), so that nothing
    typed is lost. `who`, `when`: who was first and at what time, where a page has found that out.
    """

    who = when = ""

    def __init__(self, sentence: str, *, changes: list[tuple[str, str, str]] | None = None) -> None:
        super().__init__(sentence)
        self.changes = changes or []
