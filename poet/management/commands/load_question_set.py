"""Publish a council's own question set from a file, for example one it has a licence for. Refused
whole, or not at all.

From then on the council's people are asked with it; what was answered before keeps its own
questions. A published set never changes: what is different gets the next version. The file is
described in `poet/survey/question_files.py`.
"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from cases.common.refusals import NotYet
from cases.models import Council
from poet import actions
from poet.survey import question_files


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the question set, as JSON")
        parser.add_argument(
            "--council", required=True, help="the council's web name, as in /brackenshire/"
        )
        parser.add_argument(
            "--check", action="store_true", help="only say whether it could be published"
        )

    def handle(self, *, file, council, check, **options):
        owner = Council.objects.filter(slug=council).first()
        if owner is None:
            raise CommandError(f"There is no council with the web name {council!r}.")
        try:
            content = question_files.parse_file(file)
            row, new = actions.publish_question_set(council=owner, content=content, dry=check)
        except question_files.BadFile as bad:
            raise CommandError(
                "Refused, nothing was changed:\n" + "\n".join(f"- {f}" for f in bad.faults)
            ) from None
        except NotYet as refusal:
            raise CommandError(f"Refused, nothing was changed: {refusal.sentence}") from None
        said = (
            f"{row.code}, version {row.version}: {len(row.definition)} questions for the "
            f"{row.instrument}"
        )
        if check:
            self.stdout.write(f"{said}. It can be published.")
        elif new:
            self.stdout.write(f"{said}. {owner.name} asks with it from now on.")
        else:
            self.stdout.write(
                f"{said}. It was published already, word for word: nothing was changed."
            )
