"""Models by document: the survey and its answers here; what is published of them in a module beside it."""

from .survey import Benchmark, Invitation, QuestionSet, Response

__all__ = ["Benchmark", "Invitation", "QuestionSet", "Response"]
