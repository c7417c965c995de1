"""Somebody who wants to know what a hidden cell holds, and who knows all our rules.

It shares no code with poet.suppression. What it knows is a set of linear constraints over whole
numbers: each published count is a rounded one, a line is the sum of its sides, a parent is no less
than its children together, a later reading no less than an earlier one and equal where the line has
not moved. It narrows every unknown by every constraint, and then tries each value at the ends of
what is left: a value that leads to a contradiction is struck out.
"""

from collections import deque

FAR = 10**7


class Attacker:
    """`learn` what is shown, then `solve`; `known(variable)` is the least and the most it can
    be.
    """

    def __init__(self) -> None:
        self.bounds: dict[tuple, list[int]] = {}
        self.rules: list[tuple[list[tuple[int, tuple]], int, int]] = []
        self.touching: dict[tuple, list[int]] = {}

    def learn(self, variable: tuple, low: int, high: int = FAR) -> None:
        own = self.bounds.setdefault(variable, [0, FAR])
        own[0], own[1] = max(own[0], low), min(own[1], high)
        assert own[0] <= own[1], f"what is shown contradicts itself at {variable}: {own}"

    def rule(self, terms: list[tuple[int, tuple]], low: int, high: int) -> None:
        """The sum of factor x variable lies between low and high."""
        for _factor, variable in terms:
            self.learn(variable, 0)
            self.touching.setdefault(variable, []).append(len(self.rules))
        self.rules.append((terms, low, high))

    def known(self, variable: tuple) -> tuple[int, int]:
        return tuple(self.bounds[variable])

    def solve(self, wanted: list[tuple]) -> None:
        """Narrow everything, then probe the ends of every wanted variable until none gives way."""
        assert self._narrow(range(len(self.rules)))
        going = True
        while going:
            going = any([self._probe(variable, end) for variable in wanted for end in (0, 1)])

    def _probe(self, variable: tuple, end: int) -> bool:
        """Is the value at this end impossible? If so it is struck out."""
        low, high = self.bounds[variable]
        if low == high:
            return False
        saved = {}
        possible = self._set(variable, (low, low) if end == 0 else (high, high), saved)
        possible = possible and self._narrow(self.touching.get(variable, ()), saved)
        for other, both in saved.items():
            self.bounds[other] = both
        if possible:
            return False
        assert self._set(variable, (low + 1, high) if end == 0 else (low, high - 1), {})
        assert self._narrow(self.touching.get(variable, ()))
        return True

    def _set(self, variable, new, saved) -> bool:
        own = self.bounds[variable]
        saved.setdefault(variable, list(own))
        self.bounds[variable] = [max(own[0], new[0]), min(own[1], new[1])]
        return self.bounds[variable][0] <= self.bounds[variable][1]

    def _narrow(self, numbers, saved=None) -> bool:
        """To the end; False for a contradiction. `saved` collects what to put back."""
        saved = {} if saved is None else saved
        waiting, listed = deque(numbers), set(numbers)
        while waiting:
            number = waiting.popleft()
            listed.discard(number)
            terms, low, high = self.rules[number]
            ends = [
                (f * self.bounds[v][0], f * self.bounds[v][1])
                if f > 0
                else (f * self.bounds[v][1], f * self.bounds[v][0])
                for f, v in terms
            ]
            least, most = sum(one for one, _other in ends), sum(other for _one, other in ends)
            if least > high or most < low:
                return False
            for (factor, variable), (one, other) in zip(terms, ends, strict=True):
                # the others take at least least - one and at most most - other
                floor, top = low - (most - other), high - (least - one)
                new = (floor, top) if factor > 0 else (-top, -floor)
                own = self.bounds[variable]
                if new[0] > own[0] or new[1] < own[1]:
                    if not self._set(variable, new, saved):
                        return False
                    fresh = [n for n in self.touching[variable] if n not in listed]
                    waiting.extend(fresh)
                    listed.update(fresh)
        return True


def read_lines(attacker: Attacker, day: int, lines: dict, splits, *, rounded: bool = True) -> None:
    """What one day's lines say. `lines`: key -> (n, good, middle, bad) with None where hidden."""
    blur = 2 if rounded else 0
    for key, cells in lines.items():
        for side, value in zip(("n", "good", "middle", "bad"), cells, strict=True):
            if value is None:
                attacker.learn((day, key, side), 5 if rounded and side == "n" else 0)
            elif value == 0 and rounded:
                attacker.learn((day, key, side), 0, 0)
            else:
                attacker.learn(
                    (day, key, side),
                    max(value - blur, 0 if not rounded else 10 if side == "n" else 5),
                    value + blur,
                )
        names = [(1, (day, key, "n"))] + [
            (-1, (day, key, side)) for side in ("good", "middle", "bad")
        ]
        attacker.rule(names, 0, 0)
    for parent, children in splits:
        for side in ("n", "good", "middle", "bad"):
            terms = [(1, (day, parent, side))] + [(-1, (day, child, side)) for child in children]
            attacker.rule(terms, 0, FAR if rounded else 0)


def over_time(attacker: Attacker, first: dict, second: dict) -> None:
    """A line only grows; where its base is shown and the same, it has not moved; else it moved by
    five at least.
    """
    for key in set(first) & set(second):
        bases = first[key][0], second[key][0]
        still = None not in bases and bases[0] == bases[1]
        for side in ("n", "good", "middle", "bad"):
            attacker.rule([(1, (2, key, side)), (-1, (1, key, side))], 0, 0 if still else FAR)
        if None not in bases and not still:
            attacker.rule([(1, (2, key, "n")), (-1, (1, key, "n"))], 5, FAR)
