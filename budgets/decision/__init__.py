"""Signing off: who may agree how much, the decided figures, the panel, new prices, the case's
money.

Not here: paying it (`budgets.payments`). Start with `delegation`.
"""
