"""The only place that touches sockets."""
