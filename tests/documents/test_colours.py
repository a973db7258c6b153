"""The colours of the documents, filled into their stylesheets."""

from pathlib import Path

import pytest

from consultations.documents import colours
from consultations.documents.formats import ARTICLE_STYLESHEET

PRINT = ("print.css", "draft.css")


def test_colours_are_read_from_the_variables_of_the_site() -> None:
    assert colours.colours()["deep"] == "#12365c"
    assert colours.colours()["wait"] == colours.colours()["deep"]
    assert "width" not in colours.colours()


def test_mix_with_transparent_is_a_colour_that_weasyprint_knows() -> None:
    assert colours.colours()["doc-watermark"] == "rgb(90 45 130 / 10%)"


def test_word_writes_colours_without_a_hash() -> None:
    assert colours.word_colour("draft") == "5A2D82"


@pytest.mark.parametrize("name", PRINT)
def test_no_variable_is_left_in_the_styles_of_a_pdf(name: str) -> None:
    css = colours.read_stylesheet(ARTICLE_STYLESHEET.with_name(name))
    assert "var(" not in css
    assert "color-mix(" not in css


def test_only_sizes_are_left_as_variables_in_an_html_file() -> None:
    css = colours.read_stylesheet(ARTICLE_STYLESHEET)
    assert "#12365c" in css
    left = {part.partition(")")[0] for part in css.split("var(")[1:]}
    assert left == {"--doc-measure", "--doc-top"}


def test_unknown_variable_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a { color: var(--ink); top: var(--space); }")
    css = colours.read_stylesheet(tmp_path / "a.css")
    assert css == "a { color: #18222f; top: var(--space); }"
