"""Log-in for the people at the desk: docs/decisions/0009-log-in.md."""
