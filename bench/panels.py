"""The dashboard's panels, each by every method and always to the same answer: finished figures,
histogram, raw visits.

An answer is a dict that can be compared; `raw` never reads what the app keeps. Needs Django. Not
here: timing.
"""

from collections import defaultdict

from django.db import connection
from django.db.models import Exists, F
from django.utils import timezone

from cases import journey
from cases.common import dates
from cases.common.quantiles import quantile
from cases.figures import counts, histogram, timings
from cases.models import Council, StepFigures, TimeDelta

FIGURE = ("n", "median", "p90", "ok", "due")
RAW = """
SELECT {keys}, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY days),
  percentile_disc(0.9) WITHIN GROUP (ORDER BY days), count(*) FILTER (WHERE left_at < due_at), count(due_at)
FROM cases_visit WHERE council_id = %s AND left_at IS NOT NULL AND month >= %s AND month <= %s {more}
GROUP BY {keys}
"""
# SQLite has no percentile: the smallest days whose place reaches the share.
RAW_SQLITE = """
SELECT {keys}, max(of_all), min(CASE WHEN place >= 0.5 * of_all THEN days END),
  min(CASE WHEN place >= 0.9 * of_all THEN days END), sum(left_at < due_at), count(due_at)
FROM (SELECT {keys}, days, left_at, due_at, row_number() OVER (PARTITION BY {keys} ORDER BY days) AS place,
        count(*) OVER (PARTITION BY {keys}) AS of_all
      FROM cases_visit WHERE council_id = %s AND left_at IS NOT NULL AND month >= %s AND month <= %s {more}) AS ranked
GROUP BY {keys}
"""
# The same from the kept counts, with the quantiles worked out by the database; changes not yet
# drained left out.
KEPT = """
SELECT step, month, max(of_all), min(CASE WHEN upto >= 0.5 * of_all THEN days END),
  min(CASE WHEN upto >= 0.9 * of_all THEN days END), sum(ok), sum(due)
FROM (SELECT step, month, days, ok, due, sum(n) OVER (PARTITION BY step, month ORDER BY days) AS upto,
        sum(n) OVER (PARTITION BY step, month) AS of_all
      FROM cases_stepdays WHERE council_id = %s AND dim = '' AND measure = 'gross' AND month >= %s AND month <= %s) AS s
GROUP BY step, month
"""
WAITING = """
SELECT step, count(*), count(*) FILTER (WHERE due_at <= %s),
  max(%s - (entered_at AT TIME ZONE 'Europe/London')::date)
FROM cases_visit WHERE council_id = %s AND left_at IS NULL AND step <> 'running' GROUP BY step
"""
SHARES = """
SELECT route, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY days)
FROM cases_visit WHERE council_id = %s AND step = 'set_up' AND left_at IS NOT NULL AND month >= %s AND month <= %s
GROUP BY route
"""


class Panels:
    """All panels of one council for the last 24 months, or 3 where a team is named.
    `methods[panel][method]()`.
    """

    def __init__(self) -> None:
        histogram.drain_all()  # finished figures are read only while nothing waits
        self.council, self.now = Council.objects.get(), timezone.now()
        self.until = dates.today(self.now).replace(day=1)
        self.since, self.lately = (
            dates.months_before(self.until, 23),
            dates.months_before(self.until, 2),
        )
        self.methods = {
            "P1 step x month": {
                "raw": self.p1_raw,
                "histogram, SQL": self.p1_sql,
                "histogram": self.p1_histogram,
                "figures": self.p1_figures,
            },
            "P2 step x team, 3 months": {
                "raw": self.p2_raw,
                "histogram": self.p2_histogram,
                "figures": self.p2_figures,
            },
            "P3 waiting now": {"raw": self.p3_raw, "figures": self.p3},
            "P4 longest waits": {"raw": self.p4_raw, "figures": self.p4},
            "P5 trend of a step": {"raw": self.p5_raw, "figures": self.p5},
            "P6 set-up by route, 24 months": {"raw": self.p6_raw, "figures": self.p6},
        }

    def raw(self, keys: str, since, more: str = "") -> dict:
        statement = RAW_SQLITE if connection.vendor == "sqlite" else RAW
        with connection.cursor() as cursor:
            cursor.execute(
                statement.format(keys=keys, more=more),
                [self.council.pk, str(since), str(self.until)],
            )
            return {
                tuple(str(k) for k in row[:-5]): tuple(int(n or 0) for n in row[-5:])
                for row in cursor.fetchall()
            }

    def histogram(self, dim: str, wanted: tuple[str, str], since) -> dict:
        """As the app reads it, changes not yet drained included; quantiles in Python."""
        found: dict = defaultdict(lambda: (defaultdict(int), [0, 0]))
        for one, two, measure, days, n, due, ok, *_sums in counts.closed(
            self.council, dim, None, since, self.until, wanted
        ):
            if measure == "gross" and one in journey.STEPS:
                by_days, sums = found[one, str(two)]
                by_days[days] += n
                sums[0] += ok
                sums[1] += due
        return {
            key: (
                sum(d.values()),
                quantile(d.items(), 0.5),
                quantile(d.items(), 0.9),
                *map(int, sums),
            )
            for key, (d, sums) in found.items()
        }

    def p1_raw(self):
        return self.raw("step, month", self.since)

    def p1_sql(self):
        with connection.cursor() as cursor:
            cursor.execute(KEPT, [self.council.pk, str(self.since), str(self.until)])
            rows = [
                (step, str(month), *map(int, figure)) for step, month, *figure in cursor.fetchall()
            ]
        return {
            (step, month): tuple(figure) for step, month, *figure in rows if step in journey.STEPS
        }

    def p1_histogram(self):
        return self.histogram("", ("step", "month"), self.since)

    def p1_figures(self):
        rows = counts.finished(self.council, "", None).filter(
            since=F("until"), step__in=journey.open_steps()
        )
        rows = rows.filter(since__gte=self.since).values_list("step", "since", *FIGURE)
        return {(step, str(month)): tuple(figure) for step, month, *figure in rows}

    def p2_raw(self):
        return self.raw("step, team_id", self.lately)

    def p2_histogram(self):
        return self.histogram("team", ("step", "key"), self.lately)

    def p2_figures(self):
        nothing_waits = ~Exists(TimeDelta.objects.filter(council=self.council, kind="closed"))
        rows = StepFigures.objects.filter(
            nothing_waits,
            council=self.council,
            dim="team",
            since=self.lately,
            until=self.until,
            step__in=journey.open_steps(),
        )
        return {
            (step, key): tuple(figure)
            for step, key, *figure in rows.values_list("step", "key", *FIGURE)
        }

    def p3_raw(self):
        with connection.cursor() as cursor:
            cursor.execute(WAITING, [self.now, dates.today(self.now), self.council.pk])
            return {step: (n, late, longest) for step, n, late, longest in cursor.fetchall()}

    def p3(self):
        return {
            row.step: (row.n, row.late, row.longest)
            for row in timings.waiting_now(self.council, self.now)
        }

    def p4_raw(self):
        """What the page asks, without the index made for it."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.ref, v.step FROM cases_visit v JOIN cases_case c ON c.id = "
                "v.case_id WHERE v.council_id + 0 = %s "
                "AND coalesce(v.left_at, 'infinity') = 'infinity' AND v.step <> 'running' "
                "ORDER BY v.entered_at, v.id LIMIT 10",
                [self.council.pk],
            )
            return dict(enumerate(cursor.fetchall()))

    def p4(self):
        return dict(
            enumerate((w.ref, w.step) for w in timings.longest_waits(self.council, self.now))
        )

    def p5_raw(self):
        found = self.raw("month", self.since, "AND step = 'plan'")
        return {month: figure[:2] for (month,), figure in found.items()}

    def p5(self):
        rows = timings.trend(self.council, "plan", since=self.since, until=self.until)
        return {str(month): (n, median) for month, n, median in rows}

    def p6_raw(self):
        with connection.cursor() as cursor:
            cursor.execute(SHARES, [self.council.pk, self.since, self.until])
            return {route: (n, median) for route, n, median in cursor.fetchall()}

    def p6(self):
        found = timings.split(self.council, "set_up", "route", since=self.since, until=self.until)
        return {route: (row.n, row.median) for route, row in found.items()}
