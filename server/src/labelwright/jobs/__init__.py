"""What can wait: callbacks, attachments and leases. Each job is a loop over rules, started in ``app.py``."""
