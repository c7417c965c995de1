"""One case: the page, the tracker, its chronology, messages, requests, challenges and reviews.

Not here: lists of cases (`cases.caseload`), its money (`budgets.decision`). Start with
`case_presenter`.
"""
