"""What people said, as figures: made, suppressed, published, compared, and acted on.

Not here: an answer by itself (`poet.survey`), process times (`poet.dashboard`). Start with
`publishing`.
"""
