"""Coverage, gaps, comparisons, history, data and reference: pages with figures to take away."""
