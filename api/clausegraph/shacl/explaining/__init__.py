"""Shapes explained to those who write them: in words, and as the queries that they become."""

from clausegraph.shacl.explaining.plans import Query, plan, routes
from clausegraph.shacl.explaining.words import Demand, demands, targets

__all__ = ["Demand", "Query", "demands", "plan", "routes", "targets"]
