"""The words that people read: no banned phrases, on any screen or in any document."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.support import visible_text
from tests.support.banned_words import BANNED, banned_in
from tests.support.structure import ROOT

MAX_TEMPLATE_LINE = 140


def test_no_text_has_banned_phrases() -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for path, text in visible_text.project_texts():
        for phrase in banned_in(text.words, path.as_posix()):
            found[path.as_posix()].append(f"line {text.line}: {phrase}")
    assert not found, "\n".join(
        f"{path}: {len(lines)}\n    " + "\n    ".join(lines)
        for path, lines in sorted(found.items())
    )


def test_no_template_line_is_too_long() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {len(line)} characters"
        for path in visible_text.template_files()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > MAX_TEMPLATE_LINE
    ]
    assert not found, "\n".join(found)


def test_all_kinds_of_files_are_read() -> None:
    read = {path.suffix for path, _ in visible_text.project_texts()}
    assert read == {".html", ".txt", ".py", ".js", ".md", ".json", ""}


@pytest.mark.parametrize(
    "source",
    [
        "<h1>Desk</h1>",
        "<p>Nothing {{ many }} is in <b>hand</b> here.</p>",
        '<a href="/" title="Log out">x</a>',
        '<nav aria-label="Trail"></nav>',
        '<input placeholder="E-mail">',
        '<input type="submit" value="Send it back">',
        '<button data-label="Bring it back">x</button>',
        '{% include "a.html" with title="None yet" %}',
        "{{ name|default:'Nobody' }}",
        "<p>{# fine #}It is\n  begun: the desk is begun.</p>",
    ],
)
def test_banned_phrase_in_a_template_is_found(source: str) -> None:
    assert any(banned_in(text.words) for text in visible_text.template_texts(source))


@pytest.mark.parametrize(
    "source",
    [
        "{# Desk: nobody waits for it #}<p>Workspace</p>",
        "{% comment %}The desk{% endcomment %}",
        "{% url 'responses:desk' %}{% if x == 'nobody' %}{% endif %}",
        '<a class="desk trail" href="/desk/passages/" id="in-hand">Workspace</a>',
        '<input type="hidden" name="stance" value="Stance">',
        "<script>const desk = 'in hand';</script><code>disposition</code>",
    ],
)
def test_code_in_a_template_is_not_text(source: str) -> None:
    found = [text.words for text in visible_text.template_texts(source)]
    assert [banned_in(words) for words in found if banned_in(words)] == []


@pytest.mark.parametrize(
    "source",
    [
        'label = "Disposition"',
        'text = f"{name} is sent back."',
        'text = "Those that " "are ticked"',
        'messages.success(request, "The question is asked.")',
        'help = "one a line"',
    ],
)
def test_banned_phrase_in_python_is_found(source: str) -> None:
    assert any(banned_in(text.words) for text in visible_text.python_texts(source))


@pytest.mark.parametrize(
    "source",
    [
        '"""The desk: nobody waits for it."""',
        'def f():\n    """What stands in the way."""',
        'X = 1\n"""The stance, one to a line."""',
        'path("desk/", view, name="desk")',
        '__all__ = ["Desk", "Passage"]',
        'row.disposition == "changed"',
        'template = "desk/passages/list.html"',
        'sql = "SELECT stance FROM desk WHERE nobody"',
        'pattern = re.compile("log in or log out")',
    ],
)
def test_code_in_python_is_not_text(source: str) -> None:
    found = [text.words for text in visible_text.python_texts(source)]
    assert [banned_in(words) for words in found if banned_in(words)] == []


def test_texts_of_scripts_are_found() -> None:
    source = (
        '// the desk\n/* nobody */ show("Kept at", `${n} in hand`); x = "stance";'
        "link('https://desk.example.org/desk/');"
    )
    texts = list(visible_text.script_texts(source))
    assert [text.words for text in texts] == ["Kept at", "… in hand"]
    assert all(banned_in(text.words) and text.line == 2 for text in texts)


def test_texts_of_documents_are_found_across_lines() -> None:
    source = (
        "# Heading\n\n    python manage.py desk\n\nThe `stance` stands in\nthe way of\n"
        "[this](desk.md).\n\n- nobody\n- one `desk`\n\n```\ndesk\n```\n"
    )
    texts = list(visible_text.markdown_texts(source))
    found = [(text.line, banned_in(text.words)) for text in texts]
    assert [line for line, phrases in found if phrases] == [5, 9]


def test_only_the_newest_release_of_the_changelog_is_read() -> None:
    source = "# Changelog\n\n## 2.0\n\n- New.\n\n## 1.0\n\n- The desk.\n"
    newest = visible_text.first_release(source)
    texts = list(visible_text.markdown_texts(newest))
    assert [(text.line, text.words) for text in texts][-1] == (5, "- New.")


def test_descriptions_of_the_schema_are_found() -> None:
    source = '{\n"description": "One a \\"line\\" of `stance`",\n"enum": ["desk"]}'
    texts = list(visible_text.schema_texts(source))
    assert [(text.line, text.words) for text in texts] == [
        (2, 'One a "line" of …'),
    ]


def test_no_phrase_bans_what_another_tells_to_write() -> None:
    for phrase in BANNED:
        assert phrase.instead
        for each in phrase.instead.split(","):
            assert banned_in(each.partition(":")[0]) == [], phrase.pattern


def test_keys_of_the_consultation_file_may_be_named_where_it_is_described() -> None:
    sentence = "The stance is not known."
    assert banned_in(sentence, "responses/consultation_file/checking.py") == []
    assert banned_in(sentence, "responses/checks/chain.py") != []
