"""Serves one of the apps in this folder under uvicorn, on a listening socket that the test hands over.

Usage: python serve.py APP FILE_DESCRIPTOR
"""

import socket
import sys
from importlib import import_module

import uvicorn
from counted import Counted


def main(name: str, descriptor: int) -> None:
    app = Counted(import_module(name).app)
    config = uvicorn.Config(app, log_level="info", access_log=False)
    with socket.socket(fileno=descriptor) as listener:
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
