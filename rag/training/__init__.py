"""What makes the weights that ship with the package. Nothing here is needed to index or to ask."""
