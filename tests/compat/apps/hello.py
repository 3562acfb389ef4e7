"""The smallest service: a text and an object."""

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

app = FastAPI()


@app.get("/text", response_class=PlainTextResponse)
def text() -> str:
    return "Hello from FastAPI\n"


@app.get("/json")
def json() -> dict[str, str]:
    return {"message": "Hello from FastAPI"}
