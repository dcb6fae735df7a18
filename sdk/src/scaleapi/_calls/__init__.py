"""One pure function per operation: arguments in, `Request` (what to send, how to read the answer) out. No I/O."""
