"""How a call is carried out: decisions as values and generators. No socket, no clock, no sleep of its own."""
