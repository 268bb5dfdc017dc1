"""Expansion: `for_each` and `vars` filled into the nodes of a document, before it is validated."""
