"""What `rlocust.sse` is made of: the client of one user, its streams, what it raises, how tokens are counted."""
