"""The states of the documents, one file a kind, and what each means: read by every room. Pure."""
