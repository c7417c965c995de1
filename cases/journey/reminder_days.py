"""When the late bell rings: days before a deadline, days between rounds, which clocks it is for.

Data only. Read by `cases.reminders.sweep` and by what a colleague sees of the days ahead.
"""

from cases.journey.side_clocks import CLOCKS, WHOLE

SOON, REVIEW_SOON = 2, 28  # days before the deadline of a step, of a review
ROUND = 14  # days from one round to the next
DRAFTS = (7, 21, 60)  # days without a change
OFFERS_APART = 7  # days between two offers of help
LOOKED_AT = 14  # days in which a nudge that nobody could be told of is looked at again
STATUTORY = [c.code for c in CLOCKS.values() if c.statutory]
CHASED = [code for code in CLOCKS if code not in WHOLE]  # a whole journey is chased step by step
