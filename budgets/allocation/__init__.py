"""From answers to an indicative budget: schemes, methods, the trace that explains every pound.

Not here: the decided figure (`budgets.decision`). Start with `allocator`, then `schemes`.
"""
