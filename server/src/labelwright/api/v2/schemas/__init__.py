"""The shapes of V2's bodies and queries, named as the published models are (wire/v2-objects, wire/v2-conversations)."""
