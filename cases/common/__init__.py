"""What every room may use and that knows no room: days, refusals, quantiles, survival, caches,
logs.

Not here: anything that knows a case, a person or a page; jobs and form tokens, which have tables of
their own (`cases.resilience`). Start with `refusals`: how the code says no to a reader.
"""
