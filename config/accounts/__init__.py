"""Log-in of the users of the desk: docs/decisions/0009-log-in.md."""
