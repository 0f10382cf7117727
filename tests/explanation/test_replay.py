"""A recorded training: what was kept is what happened, each step of it can be explained, and all of them played."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import numpy as np
import pytest

import clearprop as cp
from clearprop.training.recording import wanted_steps

from .samples import recording

SCHEMA = json.loads(files("clearprop.explanation.page").joinpath("recording.schema.json").read_text(encoding="utf-8"))
X, Y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float), np.array([[0], [1], [1], [0]], float)
WAYS = [
    {"optimizer": "adam", "batch_size": 4, "engine": "numpy"},
    {"optimizer": "sgd", "batch_size": 1},
    {"optimizer": "momentum", "batch_size": 3},
]


def trained(steps=60, record=(1, 2, 17, 60), **ways):
    net = cp.Network((2, 4, 1), ("tanh", "sigmoid"), seed=1)
    options = {"loss": "nll", "eta": 0.1, "steps": steps, "penalty": "l2(strength=0.01)", "sample_weight": [1, 2, 1, 2]}
    return cp.train(net, X, Y, record=record, **options, **ways)


@pytest.mark.parametrize("ways", WAYS)
def test_recording_changes_no_step(ways):
    with_it, without = trained(**ways), trained(record=None, **ways)
    # A kernel that takes points in groups rounds otherwise where the groups are others.
    np.testing.assert_allclose(with_it.network.parameters, without.network.parameters, rtol=1e-12, atol=1e-13)
    assert without.recording is None


@pytest.mark.parametrize("ways", WAYS)
def test_a_recorded_step_is_explained_as_the_training_took_it(ways):
    run = trained(**ways)
    played = cp.replay(run)
    assert played.steps == (1, 2, 17, 60)
    for t in played.steps:
        trace, kept = played.at(t), run.recording[t]
        assert trace.header.loss_value == pytest.approx(kept.loss, rel=1e-12)
        assert trace.header.t == t
        after = run.recording.network(t, after=True)
        for l, update in trace.update.items():
            assert (update.W_after == after.W[l]).all()
    assert (played.at(60).update[2].W_after == run.network.W[2]).all()
    assert (run.recording.network(1).parameters == cp.Network((2, 4, 1), ("tanh", "sigmoid"), seed=1).parameters).all()


def test_the_step_that_is_shown_is_the_optimisers_own():
    trace = cp.replay(trained(**WAYS[0])).at(17)
    assert not trace.rule.plain
    assert "the step is the one that the training took" in trace.text(100)
    plain_step = trace.update[1].W - trace.header.eta * trace.update[1].dW
    assert abs(plain_step - trace.update[1].W_after).max() > 1e-3


def test_how_many_steps_are_kept_are_closer_together_where_training_begins():
    wanted = wanted_steps(10, 1000)
    assert wanted[0] == 1
    assert wanted[-1] == 1000
    assert (np.diff(np.diff(wanted)) >= 0).all()
    assert wanted_steps(10, 4) == (1, 2, 3, 4)


@pytest.mark.parametrize(("record", "said"), [(0, "1 or more"), ([], "counted from 1"), ([0, 3], "counted from 1")])
def test_what_cannot_be_recorded_is_refused(record, said):
    with pytest.raises(ValueError, match=said):
        trained(record=record)


def test_restarts_are_not_recorded():
    with pytest.raises(ValueError, match="record keeps the steps of one training"):
        trained(restarts=3)


def test_a_training_without_a_recording_has_nothing_to_replay():
    with pytest.raises(ValueError, match="kept no steps; give train record=20"):
        cp.replay(trained(record=None))
    with pytest.raises(ValueError, match="kept no steps; give train record=20"):
        cp.replay(trained(record=None).recording)


def test_a_run_and_its_recording_replay_the_same_steps():
    run = trained()
    one, other = cp.replay(run), cp.replay(run.recording)
    assert one.steps == other.steps == tuple(run.recording.steps)
    assert one.to_dict() == other.to_dict()


@pytest.mark.parametrize("given", ["network", "history", "state"])
def test_what_has_no_steps_is_refused_by_its_type(given):
    of = getattr(trained(), given)
    with pytest.raises(TypeError, match=f"replay takes what train returned, or its recording; .* {type(of).__name__}"):
        cp.replay(of)


def test_a_step_that_was_not_kept_is_an_error_that_names_those_that_were():
    with pytest.raises(KeyError, match=r"step 3 was not recorded; recorded are 1, 2, 17, 60"):
        cp.replay(trained()).at(3)


def test_labels_in_text_keep_their_names():
    net = cp.Network((2, 3, 2), ("tanh", "softmax"), seed=0)
    run = cp.train(net, X, ["no", "yes", "yes", "no"], loss="nllm", eta=0.1, steps=5, record=[3], batch_size=1)
    assert cp.replay(run).at(3).header.label in {"no", "yes"}


def test_the_document_keeps_to_its_schema_and_holds_the_weights_of_every_step():
    played = recording()
    document = json.loads(json.dumps(played.to_dict(), allow_nan=False))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    for each in document["steps"]:
        net = played.recording.network(each["t"])
        assert np.array_equal(each["values"]["W:1"]["values"], net.W[1])
        grads = cp.back_propagate(net, cp.forward_pass(net, X[each["points"]], Y[each["points"]], "nll"))
        assert np.array_equal(each["values"]["dL_dW:2"]["values"], grads.dL_dW[2])
        assert each["layers"][0]["dL_dW"] == pytest.approx(float(np.linalg.norm(grads.dL_dW[1])), rel=1e-12)
        assert sum(layer["blame"] for layer in each["layers"]) == pytest.approx(1, abs=1e-12)
    losses = [each["loss"] for each in document["steps"]]
    assert losses[-1] < losses[0]


def test_a_large_network_is_played_as_pictures():
    rng = np.random.default_rng(0)
    net = cp.Network((200, 30, 3), ("relu", "softmax"), seed=1)
    run = cp.train(net, rng.random((20, 200)), rng.integers(3, size=20), loss="nllm", eta=0.01, steps=6, record=6)
    document = cp.replay(run).to_dict()
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert not document["whole"]
    assert len(document["steps"][0]["values"]["W:1"]["picture"]["cells"]) == 16
    assert len(json.dumps(document)) < 100_000


# ---- Lints: a training is judged as each of its steps is


def too_large_steps():
    """Steps far too large for inputs of 10: relu units die."""
    net = cp.Network((2, 4, 1), ("relu", "identity"), seed=2)
    return cp.train(net, 10 * X, Y, loss="square", eta=0.02, steps=40, batch_size=4, record=40, engine="numpy")


def ten_sigmoids():
    net = cp.Network((2, *[5] * 9, 1), ("sigmoid",) * 10, init="glorot_normal", seed=0)
    return cp.train(net, X, Y, loss="nll", eta=0.5, steps=200, batch_size=2, record=12)


def one_at_a_time():
    net = cp.Network((2, 8, 1), ("relu", "sigmoid"), init="he_normal", seed=0)
    return cp.train(net, X, Y, loss="nll", eta=0.1, steps=400, batch_size=1, record=24)


def diverged():
    net = cp.Network((2, 8, 1), ("identity", "identity"), seed=0)
    with pytest.raises(cp.Diverged) as ended:
        cp.train(net, 1e3 * X, Y, loss="square", eta=0.001, steps=30, batch_size=4, record=30, engine="numpy")
    return ended.value.run


TRAININGS = [trained, too_large_steps, ten_sigmoids, one_at_a_time, diverged]


@pytest.mark.parametrize("make", TRAININGS)
@pytest.mark.filterwarnings("ignore")
def test_a_recorded_training_has_the_findings_of_its_steps(make):
    played = cp.replay(make())
    document = json.loads(json.dumps(played.to_dict(), allow_nan=False))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    traces = {t: played.at(t, check=False) for t in played.steps}
    assert {step["t"]: step["loss"] for step in document["steps"]} == {
        t: each.header.loss_value for t, each in traces.items()
    }
    of_steps = {t: each.lints for t, each in traces.items()}
    found = {
        (lint.code, t)
        for t, lints in of_steps.items()
        for lint in lints
        if lint.code not in {"units off", "dead units"}
    }
    told = [lint for lint in document["lints"] if lint["code"] not in {"units off", "dead units", "growing loss"}]
    assert {(lint["code"], t) for lint in told for t in lint["steps"]} == found
    for lint in told:
        assert lint["t"] == lint["steps"][0]
        same = [
            each
            for each in of_steps[lint["t"]]
            if (each.code, each.l, each.message, each.remedy)
            == tuple(lint[name] for name in ("code", "l", "message", "remedy"))
        ]
        assert len(same) == 1
        assert list(same[0].units) == lint["units"]
        assert same[0].severity == lint["severity"] or lint["severity"] == "note"


@pytest.mark.filterwarnings("ignore::clearprop.advice.ConstantPrediction")
def test_ten_sigmoid_layers_are_not_called_healthy_in_a_training_either():
    document = cp.replay(ten_sigmoids()).to_dict()
    lint = next(lint for lint in document["lints"] if lint["code"] == "vanishing gradient")
    assert lint["severity"] == "warning"
    assert lint["when"] == "in every recorded step"
    assert lint["measured"]["ratio at layer 1"] < 1e-4


def test_what_has_passed_is_a_note_and_says_how_often_it_was():
    document = cp.replay(too_large_steps()).to_dict()
    lint = next(lint for lint in document["lints"] if lint["code"] == "rising loss")
    steps = [each["t"] for each in document["steps"]]
    if lint["steps"][-1] != steps[-1] and len(lint["steps"]) < len(steps) / 2:
        assert lint["severity"] == "note"
        assert lint["when"] == f"in {len(lint['steps'])} of {len(steps)} recorded steps, first in step {lint['t']}"
    else:
        assert lint["severity"] == "warning"


def test_lints_over_time_say_when_it_began():
    document = cp.replay(too_large_steps()).to_dict()
    lint = next(lint for lint in document["lints"] if lint["code"] == "dead units")
    dead = {each["t"]: each["layers"][0]["dead"] for each in document["steps"]}
    assert lint["severity"] == "warning"
    assert lint["t"] == min(t for t, part in dead.items() if part > 0.5) > 1
    assert lint["when"] == f"from step {lint['t']} on"


def test_units_that_are_off_at_a_point_each_are_not_dead_in_a_training_of_single_points():
    played = cp.replay(one_at_a_time())
    off = [step["layers"][0]["dead"] for step in played.to_dict()["steps"]]
    assert np.mean(off) > 0.3
    assert not [
        lint for lint in played.to_dict()["lints"] if lint["code"] == "dead units" and lint["severity"] == "warning"
    ]
