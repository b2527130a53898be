"""Understanding questions: their kind, values and names, and what follow-ups refer to or leave out."""
