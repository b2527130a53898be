"""What is asked: its values and places, the names it mentions, what it refers to, what it leaves out."""
