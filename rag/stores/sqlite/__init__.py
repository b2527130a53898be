"""The store in a folder: one SQLite file, and a FAISS file made of it."""
