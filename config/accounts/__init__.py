"""Sign-in of staff: docs/decisions/0009-log-in.md."""
