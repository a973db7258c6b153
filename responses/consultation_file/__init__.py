"""The consultation file: one YAML or JSON file that holds a whole consultation.

`reading.read` makes a value of a file's bytes, `writing.write` makes text of a value;
both are pure, as is all they use. `stored` reads the same value out of the database
and `loading` brings the database in line with it.
"""
