"""Question sets: what a file must be like, what is refused and named, and that a published one
never changes.
"""

import copy
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from cases.assessment.questions import WELLBEING
from cases.common.refusals import NotYet
from poet import actions
from poet.models import QuestionSet
from poet.survey import question_files, questions

GOOD = {
    "code": "licensed",
    "version": 1,
    "instrument": "person",
    "title": "A licensed set",
    "licence": "Licence 12",
    "questions": [
        {
            "id": "l1",
            "text": "How is your health?",
            "short": "Health",
            "scale": "change",
            "block": "outcomes",
            "domain": "physical_health",
            "labels": {"much_better": "Very much better"},
            "wellbeing": ["health"],
            "themes": ["wellbeing"],
        },
        {
            "id": "l2",
            "text": "How good was the advice?",
            "short": "Advice",
            "scale": "quality",
            "block": "quality",
            "domain": "info_advice",
        },
        {
            "id": "l3",
            "text": "Anything else?",
            "short": "Else",
            "scale": "text",
            "block": "words",
            "domain": "words",
        },
    ],
}


def changed(**changes):
    return copy.deepcopy(GOOD) | changes


def one(place, **changes):
    content = copy.deepcopy(GOOD)
    content["questions"][place] |= changes
    return content


def test_the_shipped_sets_load_once_and_keep_to_their_shape(db):
    questions.load_question_sets()
    questions.load_question_sets()
    assert sorted(QuestionSet.objects.values_list("code", flat=True)) == [
        "carer",
        "person",
        "worker",
    ]
    for row in QuestionSet.objects.all():
        asked = questions.numbered_questions(row)
        assert questions.short_form(asked) <= 7, "two minutes"
        assert set(questions.CONDITIONS) == {
            spec["condition"] for spec in asked if "condition" in spec
        }
        assert {"outcomes", "process", "words"} <= {spec["block"] for spec in asked}
        assert all(spec.get("themes") or spec["block"] == "words" for spec in asked)
        for spec in asked:
            if questions.is_text(spec):
                continue
            values = list(questions.choices(spec))
            assert values[-2:] == ["na", "prefer_not"]
            assert (
                all(questions.counted(v) for v in values[:-2]) and questions.counted("na") is None
            )
            if spec["block"] == "outcomes":
                assert len(values) == 7, "five points and two ways out"


def test_no_shipped_version_gives_an_id_another_meaning():
    for one in questions.shipped_sets():
        earlier = [
            (e.title, e.questions)
            for e in questions.shipped_sets()
            if e.code == one.code and e.version < one.version
        ]
        assert question_files.reused(one, earlier) == []


def test_each_outcome_of_the_people_is_tagged_and_has_easy_words():
    tags = set()
    for code in ("person", "carer"):
        for spec in questions.shipped(code).questions:
            assert spec["easy"] and len(spec["easy"].split()) <= 10
            if spec["block"] == "outcomes":
                assert spec["wellbeing"]
                tags |= set(spec["wellbeing"])
    assert tags == set(WELLBEING), "every area of the Care Act is asked about"


def test_a_newer_version_is_asked_and_an_older_one_stays(db):
    old = questions.current_sets()["person"]
    QuestionSet.objects.create(
        code=old.code, version=2, instrument="person", definition=old.definition[:1]
    )
    assert questions.current_sets()["person"].version == 2
    assert (
        questions.short_form(questions.numbered_questions(questions.current_sets()["person"])) == 1
    )


def test_a_version_that_is_shipped_later_is_loaded_and_asked(db, monkeypatch):
    first = questions.current_sets()["person"]
    later = question_files.Checked("person", 2, "person", "Later", "", first.definition[:2])
    all_of_them = (*questions.shipped_sets(), later)
    monkeypatch.setattr(questions, "shipped_sets", lambda: all_of_them)
    assert questions.current_sets()["person"].version == 2
    assert QuestionSet.objects.filter(code="person").count() == 2


def test_a_published_set_never_changes(db):
    row = questions.current_sets()["person"]
    for act in (lambda: QuestionSet.objects.filter(pk=row.pk).update(definition=[]), row.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_good_file_is_published_without_code_and_asked_with_its_own_words(cast, tmp_path, capsys):
    path = tmp_path / "set.json"
    path.write_text(json.dumps(GOOD))
    call_command("load_question_set", path, council="brackenshire", check=True)
    assert not QuestionSet.objects.filter(code="licensed").exists()
    call_command("load_question_set", path, council="brackenshire")
    row = questions.current_sets(cast.council)["person"]
    assert (row.code, row.licence) == ("licensed", "Licence 12")
    assert questions.label(row.definition[0], "much_better") == "Very much better"
    assert questions.label(row.definition[0], "better") == "A little better"
    call_command("load_question_set", path, council="brackenshire")
    assert "nothing was changed" in capsys.readouterr().out
    assert QuestionSet.objects.filter(code="licensed").count() == 1


@pytest.mark.parametrize(
    "content, words",
    [
        (one(1, id="l1"), "The id “l1” stands 2 times"),
        (one(0, scale="colour"), "Question 1 (“l1”): the scale must be one of"),
        (one(0, scale=["change"]), "Question 1 (“l1”) has no “scale”"),
        (one(0, text=" "), "Question 1 (“l1”) has no “text”"),
        (one(0, id="Ü 1"), "an id is made of small letters"),
        (one(0, block="words"), "the block must be one of"),
        (one(0, wellbeing=["joy"]), "“wellbeing” must be a list of"),
        (one(0, wellbeing=[["dignity"]]), "“wellbeing” must be a list of"),
        (one(0, themes="wellbeing"), "“themes” must be a list of"),
        (one(0, condition="luck"), "the condition must be one of"),
        (one(0, labels={"splendid": "Splendid"}), "“labels” must give words"),
        (one(0, core="yes"), "“core” must be true or false"),
        (one(0, easy=3), "“easy” must be a sentence"),
        (one(0, weight=3), "“weight” is not known"),
        (changed(code="Not a code"), "“code” must be"),
        (changed(version="1"), "“version” must be"),
        (changed(version=True), "“version” must be"),
        (changed(instrument="dog"), "“instrument” must be one of"),
        (changed(questions=[]), "“questions” must be a list"),
        (changed(questions=["x"]), "“questions” must be a list"),
        (
            changed(questions=GOOD["questions"][2:]),
            "At least one question must be answered on a scale",
        ),
        ([], "must hold one object"),
        ("x", "must hold one object"),
    ],
)
def test_a_fault_is_refused_and_named(cast, content, words):
    with pytest.raises(question_files.BadFile) as refusal:
        actions.publish_question_set(council=cast.council, content=content)
    assert words in str(refusal.value)
    assert not QuestionSet.objects.filter(council=cast.council).exists()


def test_all_faults_are_named_at_once(cast):
    content = one(0, id="l2", scale="colour") | {"version": 0}
    with pytest.raises(question_files.BadFile) as refusal:
        question_files.check(content)
    assert len(refusal.value.faults) == 3


def test_an_id_that_meant_something_else_is_refused_and_named(cast):
    actions.publish_question_set(council=cast.council, content=GOOD)
    for change in (
        {"text": "How is your garden?"},
        {"domain": "safety"},
        {"scale": "quality", "block": "quality", "labels": {}},
    ):
        with pytest.raises(
            question_files.BadFile, match="The id “l1” means something else in licensed, version 1"
        ):
            actions.publish_question_set(
                council=cast.council, content=one(0, **change) | {"version": 2}
            )
    with pytest.raises(
        question_files.BadFile, match="“say” means something else in person, version 1"
    ):
        questions.load_question_sets()
        actions.publish_question_set(
            council=cast.council, content=one(0, id="say") | {"code": "other"}
        )
    row, new = actions.publish_question_set(
        council=cast.council,
        content=one(0, text="How is your health now?", reworded=True) | {"version": 2},
    )
    assert new and row.version == 2
    actions.publish_question_set(council=cast.other, content=one(0, text="Something else?"))


def test_a_published_version_with_other_content_is_refused(cast):
    actions.publish_question_set(council=cast.council, content=GOOD)
    with pytest.raises(NotYet, match="never changes"):
        actions.publish_question_set(council=cast.council, content=one(0, short="Another"))


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}'])
def test_no_json_is_refused_with_a_sentence(cast, tmp_path, raw):
    path = tmp_path / "set.json"
    path.write_bytes(raw)
    with pytest.raises(CommandError, match="Refused, nothing was changed"):
        call_command("load_question_set", path, council="brackenshire")


def test_a_missing_file_or_council_is_refused_with_a_sentence(cast, tmp_path):
    with pytest.raises(CommandError, match="can't be read"):
        call_command("load_question_set", tmp_path / "none.json", council="brackenshire")
    with pytest.raises(CommandError, match="no council"):
        call_command("load_question_set", tmp_path / "none.json", council="nowhere")
