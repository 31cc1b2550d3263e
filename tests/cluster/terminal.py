"""A shell in which a test types as a person does: the next command when the prompt is back."""
import os
import re
import signal
import subprocess

from berthd import until


class Terminal:
    def __init__(self, folder, environment):
        self._screen, self._typed = folder / "screen.log", 0
        with open(self._screen, "ab") as screen:
            self._shell = subprocess.Popen(["bash", "--norc"], cwd=folder, env=environment, text=True,
                                           stdin=subprocess.PIPE, stdout=screen, stderr=screen,
                                           start_new_session=True)

    def type(self, command, seconds=60):
        """What it said. It has to succeed; one that stays in the background has to say something."""
        self._show(f"$ {command}\n")
        before, self._typed = len(self.screen()), self._typed + 1
        prompt = re.compile(rf"\[{self._typed}\] ended with (\d+)\n")
        # No program may read what is typed after it.
        self._shell.stdin.write(f"{{ {command}\n}} </dev/null; echo [{self._typed}] ended with $?\n")
        self._shell.stdin.flush()

        def said():
            return prompt.sub("", self.screen()[before:])

        code = until(lambda: prompt.search(self.screen(), before), lambda: f"a prompt again\n{self.screen()}", seconds)[1]
        assert code == "0", f"the last command failed\n{self.screen()}"
        if command.endswith("&"):
            until(lambda: said().strip(), f"{command} says something", seconds)
        return said()

    def screen(self):
        return self._screen.read_text(errors="replace")

    def close(self):
        """With what still runs in it."""
        os.killpg(self._shell.pid, signal.SIGTERM)
        self._shell.stdin.close()
        self._shell.wait()

    def _show(self, text):
        with open(self._screen, "a") as screen:
            screen.write(text)
