"""What a Word file is made of; `documents.docx` arranges it.

`elements` makes XML, `package` opens and closes the file, `fonts` is the typeface that
travels in it, and `pages` says on which page a paragraph will stand.
"""
