"""Scores of two answers, merges of several, and agreement of many."""
