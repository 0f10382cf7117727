"""Faults in run folders: checkpoints, logs, locks, what may change, and what leads out of the folder."""

from __future__ import annotations

from ..fault import Fault

RUNS = [
    Fault(
        "a checkpoint replaces the only one before it, so that a torn file loses the run",
        "runs/checkpoints.py",
        "KEPT = 2",
        "KEPT = 1",
    ),
    Fault(
        "an array of a checkpoint comes back flat",
        "io/state_bytes.py",
        "return array.reshape(shape).copy()",
        "return array.copy()",
    ),
    Fault(
        "what cannot be read is not passed over",
        "runs/checkpoints.py",
        "except (ValueError, OSError, MemoryError) as error:",
        "except MemoryError as error:",
    ),
    Fault(
        "reports that a killed process made after its last checkpoint count beside those of the next",
        "runs/log.py",
        'if event["event"] == "resume":',
        'if event["event"] == "resumed":',
    ),
    Fault(
        "a line after a torn one is torn too",
        "runs/log.py",
        'self._waiting.append(b"\\n")',
        'self._waiting.append(b"")',
    ),
    Fault("the lock is shared", "runs/lock.py", '_flock(handle, "EX", "NB")', '_flock(handle, "SH", "NB")'),
    Fault(
        "a link in a run folder is followed",
        "runs/folder.py",
        "if not stat.S_ISREG(mode):",
        "if stat.S_ISDIR(mode):",
    ),
    Fault(
        "a configuration may write anywhere",
        "runs/configuration.py",
        "if Path(path).is_absolute() or not (here / path).resolve().is_relative_to(here):",
        "if Path(path).is_absolute():",
    ),
    Fault(
        "a schedule that ends with the training is stretched",
        "runs/kept.py",
        "schedule.over(old) != schedule.over(new):",
        "schedule != schedule:",
    ),
    Fault(
        "a run that diverged goes on from the state before its end",
        "runs/kept.py",
        "step = keeper.keep_good()",
        "step = 0",
    ),
    Fault(
        "a disk that is full ends the training",
        "runs/keeper.py",
        "except (OSError, ValueError) as error:",
        "except ValueError as error:",
    ),
    Fault(
        "the last network of a run is the best",
        "runs/kept.py",
        "return replace(fitted.model, network=keeper.network, facts=facts)",
        "return fitted.model",
    ),
    Fault(
        "a second Ctrl-C waits as the first",
        "training/interrupts.py",
        "        elif self._asked:\n            raise EndedAtOnce",
        "        elif self._asked:\n            return",
    ),
    Fault(
        "a second Ctrl-C waits for the saving",
        "training/interrupts.py",
        "        if self.asked:\n            raise EndedAtOnce",
        "        if self.asked:\n            return",
    ),
    Fault(
        "the model of another target is replaced",
        "cli/outputs.py",
        'elif old.get("target") != new["target"]:',
        "elif False:",
    ),
    Fault(
        "the table may be written over by force",
        "cli/replacing.py",
        "os.path.samefile(source, target)",
        "False",
    ),
    Fault(
        "the optimiser's arrays of a state may be of any shape",
        "training/form.py",
        "(given.shape, given.dtype) == (own.shape, own.dtype)",
        "given.dtype == own.dtype",
    ),
    Fault(
        "the steps used from a draw are not bounded",
        "training/sampling.py",
        "if not drawn and not self._taken:",
        "if not drawn and self._taken < 0:",
    ),
    Fault(
        "a fold holds out the rows of the next",
        "fitting/splitting.py",
        "% fold[1] == fold[0] - 1",
        "% fold[1] == 0",
    ),
    Fault(
        "the refit of a run that got longer goes on from that of the shorter one",
        "runs/kept.py",
        "Checkpoints(folder, REFIT).remove()",
        "Checkpoints(folder, REFIT).files()",
    ),
    Fault(
        "a refit is not kept",
        "runs/keeper.py",
        "return keeper, keeper.usable()",
        "return keeper, None",
    ),
    # ---- the search of a run
    Fault(
        "run.toml names the preset that was asked, whose values the chosen ones are not",
        "runs/kept.py",
        "    keeping.folder.write(keeping.configuration(replace(recipe, preset=preset)).encode(), CONFIGURATION)",
        "    keeping.folder.write(keeping.configuration(recipe).encode(), CONFIGURATION)",
    ),
    Fault(
        "trials of another search are taken for those of this one",
        "runs/trials.py",
        "    told = json.dumps(dict(start.facts), sort_keys=True, default=str)",
        '    told = str(start.facts["penalty"])',
    ),
    Fault(
        "a search that is interrupted is taken for one that is over",
        "runs/kept.py",
        "    if _is_interrupted(run):\n        return chosen, run\n    keep_found",
        "    keep_found",
    ),
]
