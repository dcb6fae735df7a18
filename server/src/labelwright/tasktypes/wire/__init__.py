"""What several task types share of the wire: references, result files, computed members, answer schemas."""
