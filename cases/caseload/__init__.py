"""Lists of cases for staff: whose, in which order, how late, and what needs somebody today.

Not here: one case's page (`cases.casefile`). Start with `lists`.
"""
