"""Those who help a person: how they are asked, on what authority, and what they may do.

Not here: who may see a case (`cases.access`). Start with `authority`.
"""
