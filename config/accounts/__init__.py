"""Sign-in of staff: docs/decisions/0009-sign-in.md."""
