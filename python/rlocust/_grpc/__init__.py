"""What `rlocust.grpc` is made of: a channel for generated stubs, its calls, what they raise."""
