"""What keeps one failure small: jobs that stand apart, their heartbeat, a form that is sent twice
or over something newer.

Not here: what a job does (`cases.reminders`, `cases.letters`, `cases.figures`). Start with `jobs`.
"""
