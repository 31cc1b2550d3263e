"""The calendar page in a real Chromium on a real berthd, beside a timeline library with the same bars.

32 to 6,216 GPUs in nodes of 8, about 10 bars per track and week; the journal is written by bench_big_journal.
The library is measured only where it draws at all: at 4,096 tracks it takes minutes or fails.
"""
import gzip
import json
import shutil
import subprocess

from harness.berthd import Berthd, nodes
from harness.context import PEERS, ROOT, WORK
from harness.figures import Figure

TARGETS = ["berthd", "berth-supervisor", "bench_big_journal"]
GPUS_PER_NODE = 8
SIZES = [32, 512, 4_096, 6_216]
PEER_SIZES = [32, 512]
PEER = "vis-timeline"
UI = ROOT / "ui"


def build_page():
    if not (UI / "node_modules").exists():
        subprocess.run(["npm", "ci"], cwd=UI, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["npm", "run", "build"], cwd=UI, check=True, stdout=subprocess.DEVNULL)


def peer_library():
    """Where the library lies, in one file with all that it needs; installed once."""
    folder = WORK / "vis_timeline"
    if not (folder / "node_modules").exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(PEERS / "vis_timeline/package.json", folder)
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts",
                        "--legacy-peer-deps"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return folder / "node_modules/vis-timeline/standalone/umd/vis-timeline-graph2d.min.js"


def measure_page(server, *library):
    done = subprocess.run(["node", ROOT / "bench/ui_page.mjs", f"http://127.0.0.1:{server.port}/",
                           *library], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def script_kb(*paths):
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths) / 1000


def at_size(context, gpus, library):
    """The page's figures and, where it is measured, the library's."""
    server = Berthd(context.folder(f"ui_{gpus}"), nodes(gpus // GPUS_PER_NODE, GPUS_PER_NODE),
                    page=UI / "dist", patience=300)
    # A reservation has 2.5 GPUs on average: a week of ten bars a track before now, and one after.
    context.measure("big_journal", server.data, 4 * gpus, 4 * gpus, gpus)
    with server:
        server.get("/api/v1/calendar")  # as after the first visitor of the day
        ours = measure_page(server)
        theirs = measure_page(server, library) if gpus in PEER_SIZES else {}
    shutil.rmtree(server.data)
    return ours, theirs


def figures_at(gpus, ours, theirs):
    def figure(what, key, unit, target=None):
        peer = {"peer": PEER, "peer_value": theirs[key]} if key in theirs else {}
        return Figure(f"{gpus:,} tracks, {what}", ours[key], unit, "lower", **peer,
                      target=None if peer else target)

    return [
        figure("first paint with data", "paint_ms", "ms", 1_000 if gpus <= 512 else 2_000),
        figure("scroll down, p50", "down_p50_ms", "ms a frame"),
        figure("scroll down, p95", "down_p95_ms", "ms a frame", 50),
        figure("scroll across, p95", "across_p95_ms", "ms a frame", 50),
        figure("zoom, p95", "zoom_p95_ms", "ms a frame", 50),
        figure("a month, scroll down, p95", "month_p95_ms", "ms a frame", 50),
        figure("a month, zoom, p95", "month_zoom_p95_ms", "ms a frame", 50),
        figure("JavaScript heap", "heap_mb", "MiB", 150),
        figure("elements", "nodes", ""),
    ]


def ui(context):
    build_page()
    library = peer_library()
    figures = [Figure("script, gzipped", script_kb(*(UI / "dist/assets").glob("*.js")), "kB",
                      "lower", PEER, script_kb(library))]
    for gpus in context.pick(SIZES, SIZES[:1]):
        figures += figures_at(gpus, *at_size(context, gpus, library))
    return figures
