"""How exchanges of the native engine look to code that knows `requests` or geventhttpclient."""
