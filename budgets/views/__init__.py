"""The money pages: plan.py and line.py for whoever plans, decision.py for whoever decides,
payment.py for whoever pays, budget.py for the figure explained, public.py for everybody.
"""
