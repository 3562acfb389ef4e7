"""What differs between the places this suite runs in."""

import os

USERNAME = os.environ.get("SHOP_USER", "ann")
PASSWORD = os.environ.get("SHOP_PASSWORD", "secret")
PAGES = ["/text", "/json"]
WAIT = 0.1
