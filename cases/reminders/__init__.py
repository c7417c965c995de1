"""The late bell: what waits too long is chased, and whether all jobs are running.

Not here: how late something is (`cases.figures`), after how many days it rings
(`cases.journey.reminder_days`), what is sent (`cases.letters`). Start with `sweep`.
"""
