"""The service that Berth takes the place of: bookings in a list per GPU, under one lock, in memory.

A request is compared with every booking on its GPUs. Nothing is durable, nothing is searched for.
SEED_CONTENT may name a file of requests, one JSON object a line, to be booked at the start.
"""
import datetime
import json
import os
import threading

import flask

GPUS = int(os.environ.get("SEED_GPUS", "32"))
SLOT_HOURS = 2

app = flask.Flask(__name__)
lock = threading.Lock()
bookings = {gpu: [] for gpu in range(GPUS)}


def wanted(body):
    """GPUs, start and end of a request."""
    gpus = body.get("gpus", [0])
    start = datetime.datetime.fromisoformat(body["start"])
    return gpus, start, start + datetime.timedelta(hours=body.get("duration", SLOT_HOURS))


def book(body):
    """None, or the sentence that says what is in the way."""
    gpus, start, end = wanted(body)
    with lock:
        for gpu in gpus:
            for one in bookings[gpu]:
                if one["start"] < end and start < one["end"]:
                    return f"GPU {gpu} is busy from {one['start']} to {one['end']}"
        for gpu in gpus:
            bookings[gpu].append({"user": body["user"], "start": start, "end": end})
    return None


@app.post("/reserve")
def reserve():
    body = flask.request.get_json()
    in_the_way = book(body)
    if in_the_way:
        return flask.jsonify(error=in_the_way), 409
    gpus, start, _ = wanted(body)
    return flask.jsonify(message="Reservation confirmed",
                         resources=[{"gpu": gpu, "time": start.isoformat()} for gpu in gpus])


@app.get("/status")
def status():
    with lock:
        return flask.jsonify({
            str(gpu): [{"user": one["user"], "start": one["start"].isoformat(),
                        "end": one["end"].isoformat()} for one in held]
            for gpu, held in bookings.items()})


if content := os.environ.get("SEED_CONTENT"):
    with open(content, encoding="utf-8") as lines:
        for line in lines:
            refused = book(json.loads(line))
            assert refused is None, refused
