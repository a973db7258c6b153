"""Background workers: heartbeats, database outages, abandoned tasks."""
