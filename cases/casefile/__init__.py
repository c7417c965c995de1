"""One case: the page, the tracker, its chronology, messages, requests, challenges, reviews, and
what did not arrive.

Not here: lists of cases (`cases.caseload`), its money (`budgets.position`). Start with
`case_presenter`.
"""
