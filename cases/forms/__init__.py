"""Forms of the cases app, by reader: person.py for the person's pages; the staff's stand beside it.
Shape only.
"""
