"""Models by document: council, people, case, record, assessment."""

from .assessment import Answer, Determination, SelfAssessment
from .case import Case
from .council import Council, Seat, Target, Team, User
from .people import Person, Representation
from .record import (
    Disposal,
    Event,
    EventBody,
    FormToken,
    Heartbeat,
    Message,
    Nudge,
    Pause,
    RecordView,
    Turn,
    Visit,
)

__all__ = [
    "Answer",
    "Case",
    "Council",
    "Determination",
    "Disposal",
    "Event",
    "EventBody",
    "FormToken",
    "Heartbeat",
    "Message",
    "Nudge",
    "Pause",
    "Person",
    "RecordView",
    "Representation",
    "Seat",
    "SelfAssessment",
    "Target",
    "Team",
    "Turn",
    "User",
    "Visit",
]
