"""How sure a share is."""

from math import sqrt
from typing import Final

# The 97.5th percentile of the standard normal distribution: 95 % lies between minus and plus this.
Z_95: Final = 1.959963984540054


def wilson(numerator: int, denominator: int, z: float = Z_95) -> tuple[float, float]:
    """The score interval of a share, which keeps within 0 and 1 and holds for small numbers too.

    Raises ValueError where the numbers are no share or there is nothing to divide.

    Notes
    -----
    Wilson, E. B. (1927), "Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22, 209-212. Without continuity correction.
    """
    if not 0 <= numerator <= denominator or denominator == 0:
        raise ValueError(f"{numerator} of {denominator} has no interval")
    share, spread = numerator / denominator, z * z / denominator
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / denominator + spread / (4 * denominator)) / (1 + spread)
    # At the ends the interval touches 0 or 1 exactly; rounding must not carry it past the share itself.
    low = 0.0 if numerator == 0 else min(middle - half, share)
    high = 1.0 if numerator == denominator else max(middle + half, share)
    return low, high
