"""``python -m rag``: commands, upkeep, and what they show."""
