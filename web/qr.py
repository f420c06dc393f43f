"""What a camera reads, as a path that a template draws: no picture file, nothing that the security policy forbids."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import segno


@dataclass(frozen=True)
class QrCode:
    """What the camera of a telephone reads: dark squares on a light ground."""

    size: int
    path: str

    @classmethod
    def of(cls, text: str) -> "QrCode":
        """With the border of four squares that readers need."""
        rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix_iter(scale=1, border=4)]
        return cls(len(rows), "".join(_squares(rows)))


def _squares(rows: Sequence[bytes]) -> Iterator[str]:
    for y, row in enumerate(rows):
        yield from (f"M{x} {y}h1v1h-1z" for x, is_dark in enumerate(row) if is_dark)
