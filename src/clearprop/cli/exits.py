"""The exit statuses of every command, and what each means; the documents have the same table."""

from __future__ import annotations

OK, ERROR, USAGE, CANNOT_TELL, HANGUP, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 129, 130, 143
MEANINGS = {
    OK: "done",
    ERROR: "an error that is said in one line: a file, a value, a training that diverged; `check`: gradients "
    "differ; `diagnose`: a mistake; `grade --quiz`: no code could be judged",
    USAGE: "a wrong command line: an unknown command or option, a missing argument",
    CANNOT_TELL: "`check` cannot tell: every entry is at a kink of the loss",
    HANGUP: "the terminal was closed; what was trained is saved as after Ctrl-C",
    INTERRUPTED: "Ctrl-C; `train` has saved the network so far, and with `--run` a checkpoint",
    TERMINATED: "SIGTERM; the same",
}
