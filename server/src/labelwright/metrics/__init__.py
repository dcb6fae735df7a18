"""Measures of likeness: plain functions of numbers, arrays and words that know nothing of task types or of the wire.

Each is compared in ``server/tests/metrics`` with an implementation of somebody else's, on random data. Heavy
libraries (scipy, shapely, faster-coco-eval) are imported inside functions, so that a server that scores nothing
starts without them.
"""
