"""Reading JSON: types, coercion of values that almost fit, limits, and the errors of what does not fit."""
