"""Plain pictures as SVG: points and lines on two axes, black on white, with words instead of colours alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH: Final = 640
HEIGHT: Final = 400
LEFT: Final = 70
RIGHT: Final = 150
TOP: Final = 20
BOTTOM: Final = 50


@dataclass(frozen=True)
class Series:
    """Points (x, y) in data units; joined by a line or not; `half` is the half height of an error bar at each."""

    name: str
    points: Sequence[tuple[float, float]]
    is_line: bool = False
    half: Sequence[float] = ()
    colour: str = "#1d4f91"


def plot(title: str, x_label: str, y_label: str, series: Sequence[Series], *, percent: bool = False) -> str:
    """The picture as a text; its title is what a reader of screens hears."""
    xs = [x for one in series for x, _ in one.points]
    ys = [y for one in series for _, y in one.points]
    low_x, high_x = min(0.0, *xs), max(xs) * 1.05
    pad = (max(ys) - min(ys)) * 0.1 or 0.05
    low_y, high_y = min(ys) - pad, max(ys) + pad

    def at(x: float, y: float) -> tuple[float, float]:
        across = LEFT + (x - low_x) / (high_x - low_x) * (WIDTH - LEFT - RIGHT)
        return across, HEIGHT - BOTTOM - (y - low_y) / (high_y - low_y) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif"'
        f' font-size="12"><title>{escape(title)}</title><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
    ]
    for n in range(6):
        x, y = low_x + (high_x - low_x) * n / 5, low_y + (high_y - low_y) * n / 5
        (across, _), (_, down) = at(x, low_y), at(low_x, y)
        shown = f"{y:.0%}" if percent else f"{y:.2g}" if abs(y) < 100 else f"{y:.0f}"
        parts.append(f'<line x1="{LEFT}" y1="{down:.1f}" x2="{WIDTH - RIGHT}" y2="{down:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{down + 4:.1f}" text-anchor="end">{shown}</text>')
        parts.append(f'<text x="{across:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{x:.2g}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 10}" text-anchor="middle">{escape(x_label)}</text>')
    parts.append(f'<text x="16" y="{HEIGHT / 2}" transform="rotate(-90 16 {HEIGHT / 2})">{escape(y_label)}</text>')
    for one in series:
        spots = [at(x, y) for x, y in one.points]
        if one.is_line:
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
            parts.append(f'<polyline points="{path}" fill="none" stroke="{one.colour}" stroke-width="2"/>')
        for (x, y), half, (_, value) in zip(spots, one.half or [0.0] * len(spots), one.points, strict=True):
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{one.colour}"/>')
            if half:
                (_, top), (_, low) = at(low_x, value + half), at(low_x, value - half)
                parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{low:.1f}" stroke="{one.colour}"/>')
        x, y = spots[-1]
        parts.append(f'<text x="{x + 8:.1f}" y="{y + 4:.1f}" fill="{one.colour}">{escape(one.name)}</text>')
    return "".join([*parts, "</svg>\n"])
