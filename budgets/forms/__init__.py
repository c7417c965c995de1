"""Forms of the money pages: plan.py for whoever writes the plan, decision.py and payment.py for
those who decide and pay, paper_form.py their twin on paper. Shape only.

Not here: the rules (`budgets.actions`, `budgets.rules`), what forms are made of
(`cases.ui.form_toolkit`). Start with `plan`.
"""
