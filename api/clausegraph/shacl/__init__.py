"""SHACL (W3C Recommendation of 2017, Core and SHACL-SPARQL), compiled to SPARQL.

A constraint becomes one query for all of its focus nodes. `shapes` reads what the shapes say,
`constraints` turns it into queries, `sparql` those that users write, and `data` is what is asked.
"""
