"""Models by document: council, people, case, record, assessment, start, danger."""

from .asked import Asked, CaseLink, VoiceReply, Withheld
from .assessment import Answer, Determination, SelfAssessment
from .case import Case
from .council import Council, CouncilChange, Seat, Target, Team, User
from .danger import DangerCall, DangerReport, DangerStep
from .people import Person, Representation
from .record import (
    Disposal,
    Event,
    EventBody,
    FormToken,
    Heartbeat,
    KeptPage,
    Letter,
    Message,
    Nudge,
    Pause,
    RecordView,
    Turn,
    Visit,
)
from .start import KnownBrowser, ReturnCode, Start, Tries
from .timing import Clock, OpenDays, StepDays, StepFigures, TimeDelta

__all__ = [
    "Answer",
    "Asked",
    "Case",
    "CaseLink",
    "Clock",
    "Council",
    "CouncilChange",
    "DangerCall",
    "DangerReport",
    "DangerStep",
    "Determination",
    "Disposal",
    "Event",
    "EventBody",
    "FormToken",
    "Heartbeat",
    "KeptPage",
    "KnownBrowser",
    "Letter",
    "Message",
    "Nudge",
    "OpenDays",
    "Pause",
    "Person",
    "RecordView",
    "Representation",
    "ReturnCode",
    "Seat",
    "SelfAssessment",
    "Start",
    "StepDays",
    "StepFigures",
    "Target",
    "Team",
    "TimeDelta",
    "Tries",
    "Turn",
    "User",
    "Visit",
    "VoiceReply",
    "Withheld",
]
