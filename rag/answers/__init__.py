"""Drafts to answers: citations, words and refusals."""
