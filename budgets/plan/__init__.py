"""The support plan: writing it together, what it still needs, its week, what it costs, who
supports.

Not here: signing it off (`budgets.decision`). Start with `readiness`.
"""
