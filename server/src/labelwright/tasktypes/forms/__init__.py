"""Forms and questions: labels, attributes, fields, and the rules that answers to them keep."""
