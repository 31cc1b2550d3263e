"""Jobs that start on time: see bench/start_punctuality.py."""
import start_punctuality
from harness.figures import Figure

TARGETS = start_punctuality.TARGETS


def punctuality(context):
    result = start_punctuality.measure(context, context.pick(25, 5), context.pick(8, 1))
    if result["earliest_ms"] < 0:
        raise RuntimeError(f"a job started {-result['earliest_ms']:.1f} ms before its time")
    bare = "the program alone"
    return [
        Figure("start after booked time, p50", result["p50_ms"], "ms", "lower", bare,
               result["bare_p50_ms"]),
        Figure("start after booked time, p99", result["p99_ms"], "ms", "lower", bare,
               result["bare_p99_ms"]),
        Figure("start after booked time, most", result["max_ms"], "ms", "lower"),
    ]
