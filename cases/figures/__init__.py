"""Process times: counts that are kept in step with the events, and everything that reads them.

Not here: tables and charts (`poet.dashboard`). Start with `timings`.
"""
