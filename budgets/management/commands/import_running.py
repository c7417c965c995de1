"""Enter cases whose money runs already, from two tables (docs/going-live.md).

``import_running CASES LINES --council SLUG --by LOGIN`` records them for a second officer;
``--dry-run`` only shows what they would enter. ``--release NUMBER``, without tables, lets recorded
ones in: by another officer. Errors: every line that is wrong on stderr, and exit code 2.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from budgets import actions
from budgets.actions import running_money
from budgets.actions.payment_batches import finance_of
from budgets.ledger.running import Table
from budgets.models import RunningImport
from budgets.money.uploads import LARGEST
from budgets.payments.opening import Opening
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Council, User


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tables", nargs="*", help="the table of cases and that of lines")
        parser.add_argument("--council", required=True, metavar="SLUG")
        parser.add_argument("--by", required=True, metavar="LOGIN", help="a finance officer")
        parser.add_argument("--dry-run", action="store_true", help="show it and write nothing")
        parser.add_argument("--release", type=int, metavar="NUMBER", help="let recorded tables in")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._do(options)
        except NotYet as no:
            for problem in getattr(no, "problems", []):
                self.stderr.write(problem)
            raise CommandError(str(no.sentence), returncode=2) from None

    def _do(self, options: dict[str, Any]) -> None:
        council = Council.objects.filter(slug=options["council"]).first()
        if council is None:
            raise NotYet(f"There is no council “{options['council']}”.")
        by = User.objects.filter(email__iexact=options["by"]).first()
        if by is None:
            raise NotYet(f"There is nobody who signs in as “{options['by']}”.")
        finance_of(by, council)
        if options["release"] is not None:
            self._release(council, by, options)
            return
        cases, lines = _tables(options["tables"])
        self._show(running_money.read_import(council, cases, lines, dates.today()))
        if options["dry_run"]:
            self.stdout.write("Nothing was recorded.")
            return
        made = actions.record_import(council=council, by=by, cases=cases, lines=lines)
        self.stdout.write(f"Recorded as number {made.number}. A second officer lets them in.")

    def _release(self, council: Council, by: User, options: dict[str, Any]) -> None:
        if options["tables"] or options["dry_run"]:
            raise NotYet("--release stands without tables and without --dry-run.")
        imported = RunningImport.objects.filter(council=council, number=options["release"]).first()
        if imported is None:
            raise NotYet(f"There are no tables recorded as number {options['release']}.")
        done = actions.release_import(imported=imported, by=by)
        self.stdout.write(f"Entered: {done.count} cases.")

    def _show(self, found: list[Opening]) -> None:
        for one in found:
            paid = f"{one.paid.amount} to {one.paid.covers_to}" if one.paid else "nothing paid"
            due = one.next_payment
            ours = f"{due.amount} on {due.on} for days to {due.covers_to}" if due else "none"
            self.stdout.write(f"{one.case.case}: {paid}; our next payment: {ours}")


def _tables(names: list[str]) -> tuple[Table, Table]:
    if len(names) != 2:
        raise NotYet("Name two files: the table of cases and that of lines.")
    found = []
    for name in names:
        try:
            with Path(name).open("rb") as file:
                found.append(Table(Path(name).name, file.read(LARGEST + 1)))
        except (OSError, ValueError):
            raise NotYet(f"The file {name} can't be read.") from None
    return found[0], found[1]
