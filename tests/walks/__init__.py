"""Walks: each role's real pages, opened and sent through the test client as a browser would; no
stack is needed.
"""
