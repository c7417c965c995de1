"""The outcomes survey: who is invited and when, the private link, the questions, the answers as
they came.

Not here: any figure (`poet.results`). Start with `invitations`.
"""
