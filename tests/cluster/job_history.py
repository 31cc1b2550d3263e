"""Every Job that a namespace ever had, also those that were deleted again: that a job was started
once is shown by what the API server saw, not by what is left."""
import http.client
import json
import threading
import time
import urllib.error
import urllib.request

from testbed.api import Refused


class JobHistory:
    def __init__(self, api, namespace):
        self.api, self.namespace = api, namespace
        self.made = []  # (name, uid), in order
        self._known = set()
        self._stopping = False
        self._list()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def names(self):
        return [name for name, _ in self.made]

    def stop(self):
        self._stopping = True
        self._thread.join()

    def _list(self):
        listed = self.api.ask("GET", self.api.path("jobs", self.namespace))
        for job in listed["items"]:
            self._take(job)
        self._version = listed["metadata"]["resourceVersion"]

    def _follow(self):
        while not self._stopping:
            try:
                if not self._version:
                    self._list()
                self._watch()
            except (OSError, ValueError, KeyError, http.client.HTTPException, Refused):
                time.sleep(0.2)  # the server is away: what it did then comes after

    def _watch(self):
        path = self.api.path("jobs", self.namespace, watch=1, timeoutSeconds=2,
                             resourceVersion=self._version)
        request = urllib.request.Request(self.api.server + path, headers={
            "Authorization": f"Bearer {self.api.token}"})
        try:
            with urllib.request.urlopen(request, timeout=10, context=self.api.context) as answer:
                for line in answer:
                    self._see(json.loads(line))
        except urllib.error.HTTPError:
            self._version = None  # it may have forgotten where this was to go on
            raise

    def _see(self, event):
        if event["type"] == "ERROR":  # it has forgotten where this was to go on
            self._version = None
            return
        self._version = event["object"]["metadata"]["resourceVersion"]
        self._take(event["object"])

    def _take(self, job):
        uid = job["metadata"]["uid"]
        if uid not in self._known:
            self._known.add(uid)
            self.made.append((job["metadata"]["name"], uid))
