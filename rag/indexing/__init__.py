"""The index line: files to documents, chunks and vectors in a store."""
