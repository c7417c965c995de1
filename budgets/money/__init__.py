"""Exact money and what is reckoned with it: amounts, cost of a line, rates, charges, uploads.

Not here: anything that knows an answer or a plan. Only rates, and the rates of charging, read a
model. Start with `sterling`.
"""
