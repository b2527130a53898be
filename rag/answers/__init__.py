"""Plans answers by the kind of question, and turns drafts into cited answers or refusals."""
