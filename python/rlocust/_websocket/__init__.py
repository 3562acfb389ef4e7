"""What `rlocust.websocket` is made of: the client of one user, what it raises, how an answer is known."""
