"""A comparison as a picture: bars with confidence intervals, as SVG, which needs nothing but text."""

from collections.abc import Mapping
from html import escape

from whatif.compare import Estimate, Row
from whatif.report import COLUMNS, Column, cell

SHOWN = ("service_level", "gsr60", "vip_service_level", "abandon_ratio")
"""One panel each."""

LEFT, PANEL, BAR, GAP, HEAD = 250, 210, 14, 8, 64
"""Pixels: room for names, width of a panel, height of a bar, between bars, above them."""

INK, OURS_INK, OTHERS_INK = "#222222", "#1f6f8b", "#b9c4c9"


def draw(title: str, rows: Mapping[str, Row], ours: str, language: str) -> str:
    """The picture. Every panel goes from nothing to its greatest value."""
    columns = {column.figure: column for column in COLUMNS}
    parts = [_text(8, 22, title, size=15), *(_text(8, _top(place) + 11, name) for place, name in enumerate(rows))]
    for number, figure in enumerate(SHOWN):
        left = LEFT + number * (PANEL + 60)
        parts.append(_text(left, HEAD - 14, columns[figure].heads[language], size=13))
        parts += _panel(columns[figure], rows, ours, left)
    width, height = LEFT + len(SHOWN) * (PANEL + 60), _top(len(rows)) + GAP
    frame = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif">'
    return "\n".join([frame, f'<rect width="{width}" height="{height}" fill="#ffffff"/>', *parts, "</svg>", ""])


def _panel(column: Column, rows: Mapping[str, Row], ours: str, left: int) -> list[str]:
    estimates = {name: row[column.figure] for name, row in rows.items()}
    most = max(one.mean + _half(one) for one in estimates.values()) or 1.0
    parts: list[str] = []
    for place, (name, one) in enumerate(estimates.items()):
        top, scale = _top(place), PANEL / most
        ink, middle = OURS_INK if name == ours else OTHERS_INK, top + BAR / 2
        end, half = left + one.mean * scale, _half(one) * scale
        parts.append(f'<rect x="{left}" y="{top}" width="{one.mean * scale:.1f}" height="{BAR}" fill="{ink}"/>')
        whisker = f'x1="{end - half:.1f}" x2="{end + half:.1f}" y1="{middle}" y2="{middle}"'
        parts.append(f'<line {whisker} stroke="{INK}" stroke-width="1.5"/>')
        parts.append(_text(round(end + half) + 4, top + 11, cell(one, percent=column.percent).split(" ")[0], size=10))
    return parts


def _half(one: Estimate) -> float:
    """Nothing is drawn of the interval of a single day, which is endless."""
    return 0.0 if one.half_width == float("inf") else one.half_width


def _top(place: int) -> int:
    return HEAD + place * (BAR + GAP)


def _text(left: int, base: int, words: str, *, size: int = 12) -> str:
    return f'<text x="{left}" y="{base}" font-size="{size}" fill="{INK}">{escape(words)}</text>'
