"""Finders of active content, one module for each kind of file."""
