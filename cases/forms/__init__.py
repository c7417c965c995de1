"""Forms of the cases app, by reader: person.py for the person's pages; the staff's stand beside it.

Shape only. Not here: what they are made of (`cases.ui.form_toolkit`), the rules (`cases.actions`).
Start with `staff`.
"""
