"""Getting in: asking for the first time, codes, short sessions, the front door against guessing.

Not here: what somebody may see once inside (`cases.access`). Start with `account_adapter`.
"""
