"""Asks for a page again and again, and writes down how long it was. Usage: scraper.py URL FILE"""

import sys
import urllib.request

while True:
    page = urllib.request.urlopen(sys.argv[1]).read()
    with open(sys.argv[2], "a") as file:
        file.write(f"{len(page)} ")
