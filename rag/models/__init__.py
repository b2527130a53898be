"""Models and their weights: the files, where they come from, and the encoders made of them."""
