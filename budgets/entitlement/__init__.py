"""What a person is owed, day by day: one reading of dated facts, from which payments, charges and
balances follow.

Here: `facts` (the rows), `facts_file` and `fact_checks` (reading them from JSON, and what is
refused), `days_in_force` (on which days a line holds), `daily_rate` and `costs` (exact money of a
day), `reading` (sums of all days up to a day), `payments` and `charges` (what follows from them),
and `answer` (all of it at once). Start with `answer`, then `reading`. Not here: a database, a
clock, Django; how facts are recorded, and what people are told. Where the rules left room:
docs/adr/0034-entitlement-is-read-from-facts.md.
"""
