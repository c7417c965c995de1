"""Money that runs: routes, schedules, monitoring, what suspends a payment, what every closing does.

Not here: when the money of a case ends (`budgets.position.endings`), totals of a year
(`budgets.spend`). Start with `routes`.
"""
