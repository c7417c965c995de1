"""The journey, declared once: roles, steps, whose turn, days, moves and the clocks beside the
steps.

Here: the table, and what reads nothing but the table (`queries`: which steps, which moves). Not
here: moving a case (`cases.models.case`), pages. Start with `table`. `from cases import journey`
shows the table, its coded words and the side clocks as one.
"""

from cases.journey.codes import (
    ANSWERS,
    CONDITIONS,
    CONTACTS,
    COUNCIL_ENDS,
    CYCLES,
    DECISIONS,
    ENDS,
    EXCEPTIONS,
    GIVEN,
    GIVEN_HEADING,
    MODES,
    MONEY_DAYS,
    NUDGES,
    PAUSES,
    SEAT_ROLES,
    TARGET_LIMITS,
    TURN_NAMES,
    TURNS,
    URGENCY,
    YES_NO_UNSURE,
)
from cases.journey.money_routes import (
    MIXED,
    MONEY_ROUTES,
    MoneyRoute,
    direct_routes,
    may_pay_directly,
    routes_needing,
)
from cases.journey.queries import (
    answer_to,
    answering_steps,
    closing_moves,
    effect_on_clock,
    end_planned,
    ending_moves,
    idle_steps,
    money_verbs,
    moves_asking,
    moves_deciding,
    moves_from,
    moves_where,
    open_steps,
    spine,
    steps_beside,
    steps_where,
    waiting_steps,
)
from cases.journey.roles import PEOPLE_READ, ROLES, Role, heard_by, readers_of, roles_by_rank
from cases.journey.side_clocks import CLOCKS, REVIEWS, WHOLE, Clock
from cases.journey.table import (
    ANYONE_STAFF,
    ASK,
    BEGINNINGS,
    ENTER,
    MOVES,
    PERSON,
    STEPS,
    VERSION,
    WORKER,
    Ask,
    Beginning,
    Move,
    Step,
)
