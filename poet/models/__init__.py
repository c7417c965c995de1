"""Models by document: the survey and its answers here; what is published of them in a module beside
it.
"""

from poet.models.results import CouncilFile, Improvement, ProcessFacts, Release, Sharing
from poet.models.survey import (
    INSTRUMENTS,
    MODES,
    Benchmark,
    Comment,
    Draft,
    Invitation,
    LinkKey,
    QuestionSet,
    Response,
)

__all__ = [
    "INSTRUMENTS",
    "MODES",
    "Benchmark",
    "Comment",
    "CouncilFile",
    "Draft",
    "Improvement",
    "Invitation",
    "LinkKey",
    "ProcessFacts",
    "QuestionSet",
    "Release",
    "Response",
    "Sharing",
]
