"""Which numbers of a row count: those that can stand in a longest run that only goes up.

A reference at the start of a line (`Article 99` between 40 and 41) is in none of them.
"""

from __future__ import annotations

from collections.abc import Sequence

Number = tuple[int, ...]


def in_order(numbers: Sequence[Number], weights: Sequence[int]) -> list[bool]:
    """Tell of each number whether it is in a heaviest subsequence that strictly goes up."""
    ranks = {number: rank for rank, number in enumerate(sorted(set(numbers)), start=1)}
    rising = [ranks[number] for number in numbers]
    upto = _heaviest(rising, weights, len(ranks))
    falling = [len(ranks) + 1 - rank for rank in reversed(rising)]
    onward = _heaviest(falling, list(reversed(weights)), len(ranks))[::-1]
    best = max(upto, default=0)
    return [
        before + after - weight == best
        for before, after, weight in zip(upto, onward, weights, strict=True)
    ]


def _heaviest(ranks: Sequence[int], weights: Sequence[int], size: int) -> list[int]:
    """Return, for each place, the weight of the heaviest rising subsequence that ends there.

    A binary indexed tree keeps the greatest weight up to each rank.
    """
    tree = [0] * (size + 1)
    found = []
    for rank, weight in zip(ranks, weights, strict=True):
        total, place = 0, rank - 1
        while place:
            total = max(total, tree[place])
            place &= place - 1
        total += weight
        found.append(total)
        place = rank
        while place <= size:
            tree[place] = max(tree[place], total)
            place += place & -place
    return found
