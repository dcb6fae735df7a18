"""Labelwright: a data-labelling platform that speaks Scale AI's API."""

__version__ = "0.1.0"
