"""Every Job that a namespace ever had, also those that were deleted again: that a job was started
once is shown by what the API server saw, not by what is left."""
import http.client
import threading
import time

from berthd import until
from testbed.api import Refused

A_WATCH = 3  # seconds; the API server says how far it is two seconds before its end


class JobHistory:
    def __init__(self, api, namespace):
        self.api, self.namespace = api, namespace
        self._made = []  # (name, uid), in order
        self._known = set()
        self._reached = 0  # the version up to which all is known
        self._stopping = False
        self._list()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def names(self):
        """Of all that were made until now."""
        now = self._version(self.api.ask("GET", self.api.path("jobs", self.namespace)))
        until(lambda: self._has_reached(now), lambda: f"version {now} of the Jobs is seen, not {self._reached}")
        return [name for name, _ in self._made]

    def stop(self):
        self._stopping = True
        self._thread.join()

    def _has_reached(self, version):
        assert self._thread.is_alive(), "what follows the Jobs has failed, so nobody knows how many there were"
        return self._reached >= version

    def _list(self):
        listed = self.api.ask("GET", self.api.path("jobs", self.namespace))
        for job in listed["items"]:
            self._take(job)
        self._reached = self._version(listed)

    def _follow(self):
        while not self._stopping:
            try:
                if not self._reached:
                    self._list()
                self._watch()
            except (OSError, ValueError, http.client.HTTPException):
                time.sleep(0.2)  # the server is away: what it did then comes after
            except Refused:
                self._reached = 0  # it may have forgotten where this was to go on
                time.sleep(0.2)

    def _watch(self):
        for event in self.api.watch("jobs", self.namespace, A_WATCH, resourceVersion=self._reached,
                                    allowWatchBookmarks="true"):
            if event["type"] == "ERROR":
                self._reached = 0  # it has forgotten where this was to go on
                return
            if event["type"] != "BOOKMARK":
                self._take(event["object"])
            self._reached = self._version(event["object"])

    @staticmethod
    def _version(thing):
        return int(thing["metadata"]["resourceVersion"])

    def _take(self, job):
        uid = job["metadata"]["uid"]
        if uid not in self._known:
            self._known.add(uid)
            self._made.append((job["metadata"]["name"], uid))
