"""Berth in Python.

`berth.client` books and asks, `berth.job` is a reserved job's line to the server, and `berth.yolo`
(the program `berth-yolo`) runs an Ultralytics training that saves, stops and resumes with its
reservation; `berth.ultralytics_hook` does the same for a training script of your own.
"""

__version__ = "0.1.0"

STOPPED_RESUMABLE = 75
"""Exit status of a job that was told to stop, saved, and can be resumed (EX_TEMPFAIL)."""
