"""Telling people: letters, mails, texts and the daily digest, from the words to the moment they
were handed over.

Not here: what a letter says of money (`budgets.decision.letter_facts`), what did not arrive
(`cases.casefile.undelivered`). Start with `compose`, then `outbox`.
"""
