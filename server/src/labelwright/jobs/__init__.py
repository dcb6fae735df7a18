"""What can wait: callbacks and leases. Each job is a loop over rules, started in ``app.py``."""
