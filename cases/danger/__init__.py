"""Somebody may be in danger: reaching people until one has spoken to them, and what is said
meanwhile.

Not here: the pages (`cases.views.danger`). Start with `reports`; `docs/danger.md` is for its
readers.
"""
