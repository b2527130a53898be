"""How ranking and confidence are fitted."""
