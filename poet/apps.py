"""The app: its rules join the journey's moves and the sending of messages here, so that no import
points up.
"""

from django.apps import AppConfig


class PoetConfig(AppConfig):
    name = "poet"
    verbose_name = "Outcomes"

    def ready(self):
        from cases import journey, ledger
        from cases.journey import hooks
        from cases.letters import outbox
        from cases.ui import easy_read
        from poet import actions, easy_read_pages, subject_access_fields  # noqa: F401  what is held

        easy_read.PAGES.update(easy_read_pages.PAGES)

        ledger.protect("poet_questionset")

        @hooks.after(*journey.closing_moves())
        def nobody_is_asked_any_more(*, case, event, at, **_facts):
            if event.codes["to"] == "closed":
                actions.stop_asking(
                    case=case, at=at, why="death" if event.verb == "record_death" else "closed"
                )

        @hooks.after("undo_death")
        def asking_goes_on(*, case, at, **_facts):
            actions.ask_again(case=case, at=at)

        for template in actions.TEMPLATES:
            outbox.STILL_DUE[template] = actions.still_wanted
            outbox.ANOTHER_WAY[template] = actions.letter_instead
