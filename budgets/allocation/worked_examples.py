"""A scheme's worked examples: they travel with it and must all come out right before a version is
published. Pure.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from budgets.allocation.allocator import Allocation, allocate
from budgets.allocation.readers import SchemeError, read_date, read_mapping
from budgets.allocation.schemes import RESERVED, parse_scheme


def run_vectors(definition: object) -> list[str]:
    """Work out every test vector; return each difference as a sentence, empty when all agree.

    A vector: ``name``, ``answers``, optional ``on`` (service date), ``overrides``, ``add_ons`` and
    ``external`` as ``allocate`` takes them, ``expected`` with any of ``raw_total``,
    ``total_points``, ``amount_year``, ``amount_week``, ``amount_4_weeks``, ``lines`` (fields of the
    trace's questions, in order), or ``error`` (a part of the sentence that must be given).
    """
    try:
        vectors = read_mapping(definition, "The scheme").get("vectors")
        parse_scheme(definition)
        if not isinstance(vectors, list) or not vectors:
            raise SchemeError("The scheme carries no test vectors.")
        return [
            found
            for vector in vectors
            for found in _run(definition, read_mapping(vector, "A vector"))
        ]
    except SchemeError as problem:
        return [str(problem)]


def _run(definition: object, vector: Mapping[str, Any]) -> list[str]:
    name = vector.get("name", "a vector")
    expected = read_mapping(vector.get("expected"), f'"expected" of vector "{name}"')
    try:
        on = read_date(vector["on"], "on") if "on" in vector else None
        extras = {key: vector[key] for key in RESERVED if key in vector}
        result = allocate(definition, vector.get("answers", {}), on=on, **extras)
    except SchemeError as problem:
        if "error" in expected and str(expected["error"]) in str(problem):
            return []
        return [f"{name}: refused, {problem}"]
    if "error" in expected:
        return [f"{name}: a figure was given where it had to be refused."]
    return [f"{name}: {difference}" for difference in _differences(result, expected)]


def _differences(result: Allocation, expected: Mapping[str, Any]) -> list[str]:
    figures = {
        "raw_total": result.raw_points,
        "total_points": result.points,
        "amount_year": result.annual,
        "amount_week": result.weekly,
        "amount_4_weeks": result.four_weekly,
    }
    pairs: list[tuple[str, object, object]]
    pairs = [
        (field, figures.get(field), want) for field, want in expected.items() if field != "lines"
    ]
    lines, questions = expected.get("lines", []), result.trace["questions"]
    if "lines" in expected:
        pairs.append(("number of lines", len(questions), len(lines)))
    for want, got in zip(lines, questions, strict=False):
        pairs += [
            (f"{got['domain']} {field}", got.get(field), value) for field, value in want.items()
        ]
    return [f"{what} is {got}, not {want}" for what, got, want in pairs if not _same(got, want)]


def _same(got: object, want: object) -> bool:
    if got is None or want is None or isinstance(got, bool) or isinstance(want, bool):
        return got is want
    try:
        return Decimal(str(got)) == Decimal(str(want))
    except InvalidOperation:
        return got == want
