"""Money that runs: routes, schedules, monitoring, what suspends a payment and how everything ends.

Not here: totals of a year (`budgets.spend`). Start with `routes`.
"""
