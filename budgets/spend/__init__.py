"""Money over many cases: committed spend, totals by route, first figures against decided ones.

Not here: one case's money (`budgets.position.case_money`). Start with `committed_spend`.
"""
