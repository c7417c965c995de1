"""Signing off: who may agree how much, the decided figures, the panel, new prices, what letters
say.

Not here: what a case costs (`budgets.position`), paying it (`budgets.payments`). Start with
`delegation`.
"""
