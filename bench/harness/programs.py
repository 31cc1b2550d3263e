"""Benchmarks that bring their peer with them: programs that print one figure a line, as JSON.

{"name": "earliest window, p50", "value": 0.2, "unit": "us", "better": "lower",
 "peer": "interval scan", "peer_value": 180}

They take --quick for a short run. `peer` and `peer_value` may be absent.
"""
import json
import subprocess

from harness.context import BUILD, WORK
from harness.figures import Figure


def figures_of(program):
    """The function that runs bench_NAME and takes its figures."""
    def measure(context):
        command = [BUILD / f"bench_{program}", *(["--quick"] if context.quick else [])]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True,
                              cwd=WORK)
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        return [Figure(**json.loads(line)) for line in lines]
    return measure
