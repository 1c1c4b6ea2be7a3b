"""The journal that many desks share: a PostgreSQL that the hub's IT runs, and sealed entries in it.

Nothing of it is loaded at a local hub; what talks to the server, `wire`, is imported once a desk does.
"""
