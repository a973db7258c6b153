"""Readers of the words of a file, one module for each kind of file."""
