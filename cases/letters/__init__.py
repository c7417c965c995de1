"""Telling people: letters, mails and texts, from the words to the moment they arrived or did not.

Not here: what a letter says of money (`budgets.decision.letter_facts`). Start with `compose`, then
`outbox`.
"""
