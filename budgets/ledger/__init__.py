"""The files that go to a council's finance ledger and come back from it: bytes in, rows out, and
the other way round.

Here: `layouts` (the council's own columns, as data), `outgoing` (a batch as a file), `answers`
(what the ledger says of each line), `creditor_numbers` (the ledger's numbers for payees), `running`
(two tables for going live with money already running), and `cell_texts` (days and sums as text).
`samples` shows what a layout makes. Start with `layouts`. Not here: a database, a clock; which
payments are in a batch, which layout is a council's, and what an answer changes. The chain of
events is `cases.ledger`, something else.
"""
