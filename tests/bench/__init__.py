"""Speed, as ratios against named peers in one run: `make bench`.

Nothing here is asserted: machines differ, ratios tell.
"""
