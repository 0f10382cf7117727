"""Other software's words: each is answered with the name that the part has here."""

from __future__ import annotations

from collections import Counter

import pytest

from clearprop.cards import kinds
from clearprop.formulas.activations import Activation
from clearprop.formulas.averaging import Averaging
from clearprop.formulas.catalogue import CATALOGUE, Part, find, named_elsewhere, names
from clearprop.formulas.compression import Compression
from clearprop.formulas.initializers import Initializer
from clearprop.formulas.losses import Loss
from clearprop.formulas.metrics import Metric
from clearprop.formulas.normalizations import Normalization
from clearprop.formulas.optimizers import Optimizer
from clearprop.formulas.penalties import Penalty
from clearprop.formulas.regularizers import Regularizer
from clearprop.formulas.scalings import Scaling
from clearprop.formulas.schedules import Schedule
from clearprop.io.tables.named import Dataset
from clearprop.training.sampling import Sampling
from clearprop.training.stopping import Stop

# As users of PyTorch, Keras, JAX with Optax, scikit-learn and XGBoost write them.
WORDS: dict[type[Part], dict[str, str]] = {
    Loss: {
        "mse MSELoss mean_squared_error MeanSquaredError": "square",
        "squared_error l2_loss L2Loss reg:squarederror": "half_square",
        "mae L1Loss mean_absolute_error MeanAbsoluteError absolute_error reg:absoluteerror": "linear",
        "bce BCELoss BCEWithLogitsLoss binary_crossentropy BinaryCrossentropy log_loss binary_cross_entropy": "nll",
        "sigmoid_binary_cross_entropy binary_cross_entropy_with_logits binary:logistic": "nll",
        "cross_entropy CrossEntropyLoss categorical_crossentropy SparseCategoricalCrossentropy multi:softprob": "nllm",
        "softmax_cross_entropy softmax_cross_entropy_with_integer_labels": "nllm",
        "NLLLoss nll_loss": "nllm_log",
        "PoissonNLLLoss count:poisson": "poisson_log",
        "GaussianNLLLoss": "gaussian_nll",
        "KLDivLoss kl_div KLDivergence": "kl_divergence",
        "pinball pinball_loss": "quantile",
        "HuberLoss": "huber",
        "SmoothL1Loss": "smooth_l1",
        "LogCosh": "log_cosh",
        "sigmoid_focal_loss BinaryFocalCrossentropy": "focal",
        "CategoricalFocalCrossentropy": "focalm",
        "SquaredHinge": "squared_hinge",
    },
    Activation: {
        "linear none": "identity",
        "logistic expit": "sigmoid",
        "LeakyReLU leaky-relu lrelu": "leaky_relu",
        "Hardtanh": "hard_tanh",
        "LogSoftmax": "log_softmax",
        "exponential": "exp",
        "heaviside": "step",
        "gelu_new gelu_approximate": "gelu_tanh",
        "sin": "sine",
    },
    Initializer: {
        "xavier_uniform xavier_uniform_ GlorotUniform xavier glorot": "glorot_uniform",
        "xavier_normal GlorotNormal": "glorot_normal",
        "kaiming_uniform kaiming_uniform_ HeUniform": "he_uniform",
        "he kaiming kaiming_normal kaiming_normal_ HeNormal": "he_normal",
        "lecun LecunNormal": "lecun_normal",
        "TruncatedNormal trunc_normal_": "truncated_normal",
        "zeros_": "zeros",
        "torch": "pytorch",
    },
    Optimizer: {
        "sgdm SGDM heavy_ball": "momentum",
        "nag": "nesterov",
        "gradient_descent": "sgd",
        "Adam AdamOptimizer": "adam",
        "AdamW": "adamw",
        "RMSProp rms_prop": "rmsprop",
        "L-BFGS bfgs": "lbfgs",
        "clip_by_global_norm clip_grad_norm_": "clip_norm",
        "clip_grad_value_ clip": "clip_value",
        "adam_amsgrad": "amsgrad",
    },
    Schedule: {
        "CosineAnnealingLR cosine_decay CosineDecay": "cosine",
        "CosineAnnealingWarmRestarts SGDR CosineDecayRestarts": "cosine_restarts",
        "StepLR": "step_decay",
        "MultiStepLR piecewise_constant_schedule PiecewiseConstantDecay": "multi_step",
        "ExponentialLR exponential_decay": "exponential",
        "PolynomialLR linear_schedule LinearLR linear": "polynomial",
        "OneCycleLR cosine_onecycle_schedule": "one_cycle",
        "CyclicLR": "cyclic",
        "ReduceLROnPlateau adaptive": "reduce_on_plateau",
        "invscaling": "inverse_scaling",
        "InverseTimeDecay": "inverse_time",
        "constant_schedule": "constant",
    },
    Metric: {
        "acc accuracy_score CategoricalAccuracy BinaryAccuracy": "accuracy",
        "roc_auc roc_auc_score AUROC": "auc",
        "f1 f1_score": "f1_macro",
        "precision": "precision_macro",
        "recall": "recall_macro",
        "RootMeanSquaredError": "rmse",
        "mean_absolute_error": "mae",
        "r2_score": "r2",
        "ece": "calibration_error",
        "logloss mlogloss": "log_loss",
    },
    Penalty: {"ridge weight_decay": "l2", "lasso": "l1", "l1_l2 ElasticNet": "elastic_net"},
    Regularizer: {"GaussianNoise": "input_noise", "MaxNorm": "max_norm", "LabelSmoothing": "label_smoothing"},
    Normalization: {
        "BatchNorm1d BatchNormalization bn": "batch_norm",
        "LayerNorm LayerNormalization ln": "layer_norm",
    },
    Scaling: {"StandardScaler z-score": "standard", "RobustScaler": "robust"},
    Compression: {"fp32": "float32", "bf16 bf16_compress_hook": "bfloat16"},
    Averaging: {"exponential_moving_average": "ema", "AveragedModel": "swa"},
    Sampling: {"RandomSampler random": "shuffle", "bootstrap": "with_replacement"},
    Stop: {"EarlyStopping early_stopping": "no_improvement", "timeout": "time_limit"},
    Dataset: {"make_moons": "moons", "load_iris": "iris"},
}
ASKED = [(kind, word, name) for kind, of in WORDS.items() for words, name in of.items() for word in words.split()]


@pytest.mark.parametrize(("kind", "word", "name"), ASKED)
def test_other_software_s_words_are_answered_with_the_name_here(kind: type[Part], word: str, name: str) -> None:
    with pytest.raises(ValueError, match=f"unknown {kind.kind} '{word}'; (it is called|did you mean) '{name}'"):
        find(kind, word)


def test_a_slip_in_such_a_word_is_answered_too() -> None:
    asked = "did you mean 'xavier_uniform', which is called 'glorot_uniform' here"
    with pytest.raises(ValueError, match=f"unknown initializer 'xavier_unifrom'; {asked}"):
        find(Initializer, "xavier_unifrom")


def test_a_word_of_several_is_answered() -> None:
    with pytest.raises(ValueError, match="'mean squared error'; it is called 'square' here"):
        find(Loss, "mean squared error")


def test_hyper_parameters_do_not_hide_the_word() -> None:
    with pytest.raises(ValueError, match="unknown loss 'pinball'; it is called 'quantile' here"):
        find(Loss, "pinball(tau=0.9)")


@pytest.mark.parametrize("kind", kinds())
def test_no_two_parts_of_a_kind_are_called_by_one_word(kind: str) -> None:
    def plain(word: str) -> str:
        return "".join(letter for letter in word if letter.isalnum()).lower()

    parts = CATALOGUE[kind]
    claimed = Counter(plain(word) for part in parts.values() for word in part.other_names)
    claimed += Counter(map(plain, parts))  # a name of the catalogue cannot be another part's word
    assert [word for word, times in claimed.items() if times > 1] == []


def test_every_word_is_found_whatever_its_case() -> None:
    for kind in kinds():
        for name, part in CATALOGUE[kind].items():
            for word in part.other_names:
                assert named_elsewhere(part, word) == named_elsewhere(part, word.upper()) == name


def test_a_part_of_one_s_own_may_have_other_names_and_needs_none() -> None:
    assert named_elsewhere(Loss, "xyzzy") is None
    assert set(names(Loss)).isdisjoint(word for part in CATALOGUE["loss"].values() for word in part.other_names)
