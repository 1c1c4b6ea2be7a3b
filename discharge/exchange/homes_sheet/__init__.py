"""The homes sheet: one row a group of like beds, with its unit and its home; out of the hub and into it.

An empty cell says nothing: what the hub knows stays. `none` empties a field. What is free is a home's word,
as in a capacity return, but a sheet is no return: it makes beds by room and category.
"""
