"""Forms of the money pages: plan.py for whoever writes the plan, decision.py and payment.py for
those who decide and pay. Shape only; the rules stand in `budgets.actions` and `budgets.rules`.
"""
