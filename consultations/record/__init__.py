"""The record of consultations: frozen editions, and notices of their changes."""
