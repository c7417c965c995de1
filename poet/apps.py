"""The app: its rules join the journey's moves and the sending of messages here, so that no import points up."""

from django.apps import AppConfig


class PoetConfig(AppConfig):
    name = "poet"
    verbose_name = "Outcomes"

    def ready(self):
        from cases import hooks, outbox

        from . import actions

        @hooks.after("record_death")
        def nobody_is_asked_any_more(*, case, event, at, **_facts):
            actions.stop_asking(case=case, at=at)

        outbox.STILL_DUE[actions.TEMPLATE] = actions.still_wanted
