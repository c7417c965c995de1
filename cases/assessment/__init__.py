"""The self-assessment: its questions as data, answering in one's own voice, and where the voices
differ.

Not here: the points of an answer (`budgets.allocation`). Start with `questions`.
"""
