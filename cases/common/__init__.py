"""What every room may use and that knows no room: days, refusals, form tokens, quantiles, caches,
logs, jobs.

Not here: anything that knows a case, a person or a page. Start with `refusals`: how the code says
no to a reader.
"""
