"""Rendering of Word files.

`render` arranges a document, `blocks` writes its blocks, `elements` makes XML,
`package` reads and writes the file, `fonts` embeds the typeface, and `pages` computes
page numbers.
"""
