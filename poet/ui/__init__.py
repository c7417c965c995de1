"""What draws figures: numbers as ready strings, charts as shapes, addresses of our pages.

Not here: which figures a page shows (`poet.dashboard`, `poet.results`). Start with
`figure_presenter`.
"""
