"""Exact money and what is reckoned with it: amounts, cost of a line, rates, charges, arrears,
uploads.

Not here: anything that knows an answer or a plan. Pure but for `rates`. Start with `sterling`.
"""
