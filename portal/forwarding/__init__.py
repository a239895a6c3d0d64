"""Records that went to another portal or came from one, and whether they have arrived."""
