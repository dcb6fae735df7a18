"""The shapes of V2's bodies and queries, named as the published models are (api-v2 §4)."""
