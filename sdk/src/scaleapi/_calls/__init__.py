"""One pure function per operation: arguments in, `Request` (what to send, how to read it) out. No I/O."""
