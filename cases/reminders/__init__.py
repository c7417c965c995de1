"""The late bell: what waits too long is chased, whose day it stands in, and whether all of it is
running.

Not here: how late something is (`cases.figures`). Start with `sweep`.
"""
