"""A document: headings, paragraphs and tables, as Markdown and as one HTML page that needs nothing else."""

from collections.abc import Sequence
from typing import NamedTuple

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1c2430; background: #fff; max-width: 62rem; margin: 2rem auto;
       padding: 0 1.2rem; }
h1 { font-size: 1.7rem; margin: 0 0 .3rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .4rem; border-bottom: 1px solid #d5dbe3; padding-bottom: .2rem; }
p { margin: .5rem 0; max-width: 48rem; }
table { border-collapse: collapse; margin: .6rem 0; font-size: .92rem; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid #e6eaf0;
         overflow-wrap: anywhere; }
th { font-weight: 600; color: #4a5668; }
td:first-child { min-width: 8rem; }
details { margin: .4rem 0; }
summary { cursor: pointer; }
details p { font-size: .85rem; color: #37424f; overflow-wrap: anywhere; max-width: none; }
@media (prefers-color-scheme: dark) { body { color: #dfe5ec; background: #14181d; } h2 { border-color: #353d47; }
  th { color: #a3afbd; } th, td { border-color: #2a313a; } details p { color: #b9c3ce; } }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } }
"""


class Table(NamedTuple):
    """Rows below their heads."""

    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


class Fold(NamedTuple):
    """A long list that a reader opens on purpose."""

    title: str
    words: Sequence[str]


Part = str | Table | Fold  # a text is a paragraph


class Section(NamedTuple):
    """A heading and what stands below it."""

    title: str
    parts: Sequence[Part]


class Document(NamedTuple):
    """A whole document; ``lead`` says in a sentence what it is."""

    title: str
    lead: str
    sections: Sequence[Section]


def as_markdown(document: Document) -> str:
    """Return a document as Markdown."""
    lines = [f"# {_plain(document.title)}", "", _plain(document.lead), ""]
    for section in document.sections:
        lines += [f"## {_plain(section.title)}", ""]
        for part in section.parts:
            lines += [*_markdown(part), ""]
    return "\n".join(lines)


def as_html(document: Document) -> str:
    """Return a document as one HTML page."""
    body = [f"<h1>{_safe(document.title)}</h1>", f"<p>{_safe(document.lead)}</p>"]
    for section in document.sections:
        body.append(f"<h2>{_safe(section.title)}</h2>")
        body += map(_html, section.parts)
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_safe(document.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    )
    return head + "\n".join(body) + "\n</body>\n</html>\n"


def _markdown(part: Part) -> list[str]:
    match part:
        case Table(heads, rows):
            lines = [heads, ["---"] * len(heads), *rows]
            return [f"| {' | '.join(_plain(cell).replace('|', chr(92) + '|') for cell in line)} |" for line in lines]
        case Fold(title, words):
            return [f"**{_plain(title)}**", "", ", ".join(map(_plain, words))]
        case _:
            return [_plain(part)]


def _html(part: Part) -> str:
    match part:
        case Table(heads, rows):
            lines = [_cells("th", heads)] if any(heads) else []
            lines += [_cells("td", row) for row in rows]
            return "<table>\n" + "\n".join(f"<tr>{line}</tr>" for line in lines) + "\n</table>"
        case Fold(title, words):
            listed = _safe(", ".join(words))
            return f"<details><summary>{_safe(title)}</summary>\n<p>{listed}</p></details>"
        case _:
            return f"<p>{_safe(part)}</p>"


def _cells(kind: str, cells: Sequence[str]) -> str:
    return "".join(f"<{kind}>{_safe(cell)}</{kind}>" for cell in cells)


def _plain(text: str) -> str:
    """Return a text in which Markdown finds no HTML and no line break."""
    return " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;")


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
