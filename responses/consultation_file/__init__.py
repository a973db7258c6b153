"""The consultation file: one YAML or JSON file that holds a whole consultation.

`reading.read_file` makes a value of a file's bytes, `writing.write_file` makes text of
a value; both are pure, as is all they use. `from_rows` reads the same value from the
database, and `loading` stores a value with `to_rows`.
"""
