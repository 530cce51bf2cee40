"""What errors say: in both languages, every blank filled, and nowhere in bare English."""

from __future__ import annotations

import ast
import pickle
import re
import string
from collections import Counter
from pathlib import Path

import pytest

from xlkit import errors
from xlkit.errors import AnswersError, AuthorsError, FormError, MailError, RosterError, XlkitError
from xlkit.sentences import Either, English, Sentence, Told, located, sentence_keys, system_says
from xlkit.wording import LANGUAGES, message_file

ROOT = Path(__file__).resolve().parent.parent
MODULES = {
    str(path.relative_to(ROOT / "xlkit")): ast.parse(path.read_text("utf-8"))
    for path in sorted((ROOT / "xlkit").rglob("*.py"))
}
CLASSES = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, XlkitError)
}
#: How many sentences a module says in English only: a list that shrinks, of what no clerk meets.
ENGLISH = {
    "demo/by_mail.py": 1,  # the demo's script does not fit its round: a mistake of ours
    "demo/cells.py": 1,
    "demo/dovecot.py": 3,  # what to install on Linux, for who tries the demo by mail
    "demo/post_office.py": 1,
    "errors.py": 1,  # definitions and answers, in the English of their keys, see AuthorsError
    "ledger/rows.py": 2,  # calls of a program
    "ledger/store.py": 1,
    "mail/filling.py": 1,  # what pydantic says that has no words of ours
    "mail/imap.py": 1,  # calls of a program
    "mail/message.py": 4,
    "rules/plugins.py": 1,  # for who writes the package; a sentence of ours says so
    "submission/shelf.py": 1,  # a layout that was changed by hand
    "template/book.py": 6,  # the writer refuses what a checked form cannot ask of it
    "template/frozen.py": 5,
    "template/writer.py": 2,
}


def calls(name):
    """Each call of that name, with its module."""
    for module, tree in MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id == name:
                    yield module, node
                elif node.func.id == "partial" and ast.unparse(node.args[0]) == name:
                    yield module, ast.Call(node.func, node.args[1:], node.keywords)


def blanks(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def letters(node):
    """The words that stand in a text of Python itself."""
    parts = [part for part in ast.walk(node) if isinstance(part, ast.Constant)]
    return [part.value for part in parts if re.search("[A-Za-z]{3}", str(part.value))]


def is_bare(node):
    """Whether a text is written or put together where it is used."""
    if isinstance(node, ast.List | ast.Tuple):
        return any(map(is_bare, node.elts))
    if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.Starred):
        return is_bare(node.elt if hasattr(node, "elt") else node.value)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return is_bare(node.func.value)
    return isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp)


def test_no_error_is_raised_with_a_bare_text():
    """The types say the same of variables: `Words` is no plain text."""
    found = [
        f"{module}:{node.lineno} {ast.unparse(argument)}"
        for name, kind in CLASSES.items()
        if not issubclass(kind, AuthorsError)
        for module, node in calls(name)
        for argument in (node.args[:1] if issubclass(kind, MailError) else node.args)
        if is_bare(argument)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'no'", True),
        ("f'{shown(path)}: no'", True),
        ("'no ' + word", True),
        ("'{}'.format(x)", True),
        ("', '.join(x)", True),
        ("[f'{one}: no' for one in all]", True),
        ("*(f'{one}: no' for one in all)", True),
        ("Sentence('no')", False),
        ("problems", False),
        ("*(located(place, one) for one in problems)", False),
    ],
)
def test_bare_texts_are_seen(text, expected):
    (argument,) = ast.parse(f"E({text})", mode="eval").body.args
    assert is_bare(argument) == expected


def test_what_is_told_comes_from_a_message_file():
    wrong = [
        (module, ast.unparse(argument))
        for module, node in calls("Told")
        for argument in node.args
        if isinstance(argument, ast.Constant | ast.JoinedStr | ast.BinOp)
        for part in ast.iter_child_nodes(argument)
        if isinstance(part, ast.Constant) and letters(part)
    ]
    assert wrong == []


def test_what_has_no_words_but_english_is_a_list_that_shrinks():
    assert Counter(module for module, _ in calls("English")) == ENGLISH


def test_only_authors_of_definitions_and_answers_read_lists_in_english():
    below = {kind for kind in CLASSES.values() if issubclass(kind, AuthorsError)}
    assert below == {AuthorsError, FormError, AnswersError}


@pytest.mark.parametrize(
    ("module", "node"),
    [
        pytest.param(module, node, id=f"{module} {ast.unparse(node.args[0])}")
        for module, node in calls("Sentence")
        if module != "sentences.py"
    ],
)
def test_each_sentence_has_words_and_fills_their_blanks(module, node):
    key = ast.literal_eval(node.args[0])
    given = {keyword.arg for keyword in node.keywords}
    for language in LANGUAGES:
        assert blanks(message_file("errors")[key][language]) <= given
    assert blanks(message_file("errors")[key]["zh"] + message_file("errors")[key]["en"]) == given


def test_every_sentence_is_said_somewhere():
    used = {
        node.value
        for tree in MODULES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert [key for key in sentence_keys() if key not in used] == []


@pytest.mark.parametrize("key", sentence_keys())
def test_every_sentence_is_chinese_in_chinese_and_english_in_english(key):
    entry = message_file("errors")[key]
    plain = {language: re.sub(r"\{\w+\}", "", entry[language]) for language in LANGUAGES}
    assert set(entry) == set(LANGUAGES)
    assert not re.search("[\u4e00-\u9fff]", plain["en"])
    assert re.search("[\u4e00-\u9fff]", plain["zh"]) or not re.search("[A-Za-z]", plain["en"])


def test_a_sentence_is_english_and_knows_its_chinese():
    said = Sentence("unit-unknown", code="9", like=Sentence("is-it", found=Either(("1 A", "2 B"))))
    assert said.startswith("the round has no unit '9'. Is it 1 A or 2 B? `xlkit")
    assert said.in_language("en") == said
    assert said.in_language("zh").startswith("这一轮没有单位“9”。是不是 1 A，还是 2 B？")
    assert located("a.csv", Sentence("roster-code")).in_language("zh") == "a.csv：缺少单位编码"
    assert "A、B" in Sentence("units-gone", codes=["A", "B"]).in_language("zh")


def test_values_are_shown_as_they_are():
    said = Sentence("path-missing", path="{0}{code}%s")
    assert said == "{0}{code}%s: there is no such file or folder"


@pytest.mark.parametrize(
    ("error", "zh"),
    [
        (FileNotFoundError(2, "No such file or directory"), "没有这个文件或文件夹"),
        (PermissionError(13, "Permission denied"), "没有权限，或者正被别的程序占用"),
        (OSError(28, "No space left on device"), "磁盘满了"),
        (OSError(9999, "the disk hums"), "the disk hums"),
        (ValueError("embedded null byte"), "embedded null byte"),
    ],
)
def test_what_systems_say(error, zh):
    assert Sentence("cannot-read", path="x", said=system_says(error)).in_language("zh").endswith(zh)


@pytest.mark.parametrize(
    "error",
    [
        RosterError(
            [Sentence("roster-text", file="a.csv"), Sentence("roster-empty", file="a.csv")]
        ),
        MailError(Told("信"), "login"),
        MailError([Sentence("not-utf8"), Sentence("no-such-file")], "settings"),
        FormError(["f.yaml:1: a", "f.yaml:2: b"]),
        errors.UsageError(Sentence("no-workbook")),
    ],
)
def test_errors_come_whole_out_of_another_process(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert vars(again) == vars(error)
    for language in LANGUAGES:
        assert again.in_language(language) == error.in_language(language)


def test_several_problems_are_a_line_each():
    error = RosterError([Sentence("roster-text", file="a.csv"), Sentence("roster-empty", file="b")])
    assert str(error).splitlines() == list(error.problems)
    assert error.in_language("zh") == "a.csv：既不是 UTF-8 也不是 GBK 文本\nb：名册里一个单位也没有"


def test_what_is_for_authors_says_so_to_others():
    error = FormError(["f.yaml:1: a form is a mapping"])
    assert str(error) == "f.yaml:1: a form is a mapping"
    first, second = error.in_language("zh").splitlines()
    assert "请转给编制这个文件的人" in first
    assert second == "f.yaml:1: a form is a mapping"
    assert isinstance(error.problems[0], str)
    assert error.problems == (English("f.yaml:1: a form is a mapping"),)
