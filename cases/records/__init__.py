"""What is held about somebody and who looked at it: the copy of everything, the access log, known
details.

Not here: the record itself (`cases.ledger`). Start with `subject_access`.
"""
