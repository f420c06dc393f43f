"""Cuts: of any three rides or shifts, at most one chosen duty has two (subset rows; Jepsen et al. 2008).

They hold for whole choices and not for the linear programme, which may take half of each of three duties that overlap
pairwise.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from matching.geography import FloatArray, IntArray

LEAST_BROKEN: Final = 0.05  # by which a cut is broken, to be worth a row
AT_ONCE: Final = 60


def broken_triples(holds: FloatArray, share: FloatArray) -> IntArray:
    """Triples of rows, shape (n, 3), of which more than one duty's worth has two; the most broken ones first.

    holds : 0 or 1, shape (n_rows, n_columns), the columns that are chosen in part; share : how much, shape (n_columns,)
    """
    together = (holds * share) @ holds.T
    one, other = np.nonzero(np.triu(together > LEAST_BROKEN, 1))
    either = np.abs(holds[one] - holds[other]) * share
    worth = together[one, other][:, None] + either @ holds.T
    rows = np.arange(len(holds))
    worth[(rows[None, :] == one[:, None]) | (rows[None, :] == other[:, None])] = 0.0
    pair, third = np.nonzero(worth > 1 + LEAST_BROKEN)
    triples = np.sort(np.column_stack([one[pair], other[pair], third]), axis=1)
    triples, at = np.unique(triples, axis=0, return_index=True)
    order = np.argsort(-worth[pair[at], third[at]], kind="stable")
    return triples[order[:AT_ONCE]]
