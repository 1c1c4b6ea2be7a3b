"""In the executable in the place of numpy's `_umath_linalg`: it solves no equations.

numpy imports it with itself; whatever is asked of it is an `AttributeError`.
"""
