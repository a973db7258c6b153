"""Composing and rendering documents: pure Python, values in, values out.

Nothing here knows Django, the database, the clock or the network.
"""
