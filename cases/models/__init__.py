"""Models by document: council, people and who is around them, case, record, assessment, start."""

from cases.models.asked import Asked, CaseLink, VoiceReply, Withheld
from cases.models.assessment import Answer, Determination, SelfAssessment
from cases.models.case import Case
from cases.models.connections import Connection
from cases.models.council import Council, CouncilChange, Seat, Target, Team, User
from cases.models.danger import DangerCall, DangerReport, DangerStep
from cases.models.people import MatchKey, Person, Representation
from cases.models.record import (
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
from cases.models.start import KnownBrowser, ReturnCode, Start, Tries
from cases.models.timing import Clock, OpenDays, StepDays, StepFigures, TimeDelta

__all__ = [
    "Answer",
    "Asked",
    "Case",
    "CaseLink",
    "Clock",
    "Connection",
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
    "MatchKey",
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
