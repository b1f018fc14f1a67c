"""Comparison of the published releases of several cities or countries: a database and a site.

Everything is read from what each of them published. A figure that one hides stays hidden, nothing
is computed across publishers but what stands side by side, and what differs is said.
"""
