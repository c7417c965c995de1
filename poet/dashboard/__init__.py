"""The council's dashboard: process times beside money and outcomes, and the returns to others.

Not here: how a time is counted (`cases.figures`). Start with `overview`.
"""
