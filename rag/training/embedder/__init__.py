"""How the embedder's own weights are made, and another embedder's brought into shape."""
