"""Where one case's money stands: what lines cost, the figures in force, changes, endings, in words.

Not here: who may agree it (`budgets.decision`), paying it (`budgets.payments`). Start with
`case_money`.
"""
