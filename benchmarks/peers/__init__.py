"""Solvers of the bare one-night assignment over the same eligible pairs; none of these knows the product."""
