"""A notebook as people write them for scikit-learn's perceptrons: cells marked by `# %%`, what they find kept in `found`."""

# ruff: noqa: B007, B018, B905, E402

# %% Data
import io
import pickle

import joblib
import matplotlib as mpl
import numpy as np
import pandas as pd

mpl.use("agg")
import matplotlib.pyplot as plt
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor

found = {}
X, y = load_digits(return_X_y=True)
X = X / 16
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, stratify=y, random_state=0)

# %% A first fit, and what it says of itself
clf = MLPClassifier(hidden_layer_sizes=(32,), max_iter=12, random_state=0).fit(X_train, y_train)
found["first fit"] = [clf.score(X_train, y_train), clf.score(X_test, y_test), clf.loss_, clf.best_loss_]
found["attributes"] = [clf.n_iter_, clf.t_, clf.n_layers_, clf.n_outputs_, clf.n_features_in_, clf.out_activation_]
found["classes"] = clf.classes_
found["printed"] = [str(clf), repr(clf.set_params(alpha=0.01))]

# %% Its loss, its weights as pictures, its confusions
from sklearn.metrics import ConfusionMatrixDisplay, classification_report, confusion_matrix, roc_auc_score

fig, axes = plt.subplots(4, 4)
plt.figure()
plt.plot(clf.loss_curve_)
plt.title(f"after {clf.n_iter_} epochs: {clf.loss_:.4f}")
found["loss curve"] = clf.loss_curve_
low, high = clf.coefs_[0].min(), clf.coefs_[0].max()
for coef, ax in zip(clf.coefs_[0].T, axes.ravel()):
    ax.matshow(coef.reshape(8, 8), cmap="gray", vmin=0.5 * low, vmax=0.5 * high)
found["pictured"] = [np.asarray(ax.images[0].get_array()) for ax in axes.ravel()[:4]]
plt.figure()
plt.imshow(clf.coefs_[1], aspect="auto")
plt.colorbar()
ConfusionMatrixDisplay.from_estimator(clf, X_test, y_test)
found["confusions"] = confusion_matrix(y_test, clf.predict(X_test))
found["report"] = classification_report(y_test, clf.predict(X_test))
found["auc"] = roc_auc_score(y_test, clf.predict_proba(X_test), multi_class="ovr")
found["log proba"] = clf.predict_log_proba(X_test[:5])
plt.close("all")

# %% Pipelines, searches and curves
from sklearn.compose import ColumnTransformer
from sklearn.experimental import enable_halving_search_cv
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    RandomizedSearchCV,
    cross_val_predict,
    cross_val_score,
    learning_curve,
    validation_curve,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler

enable_halving_search_cv
flowers, kinds = load_iris(return_X_y=True)
small = MLPClassifier(hidden_layer_sizes=(8,), max_iter=25, learning_rate_init=0.02, random_state=1)
pipe = Pipeline([("scale", StandardScaler()), ("net", small)])
found["cross validation"] = cross_val_score(pipe, flowers, kinds, cv=4)
found["out of fold"] = cross_val_predict(pipe, flowers, kinds, cv=3, method="predict_proba")
grid = {"net__alpha": [1e-4, 1.0], "net__hidden_layer_sizes": [(4,), (8, 4)], "net__activation": ["tanh", "logistic"]}
search = GridSearchCV(pipe, grid, cv=3, return_train_score=True).fit(flowers, kinds)
found["grid"] = [search.best_score_, str(search.best_params_), search.cv_results_["mean_train_score"]]
chances = RandomizedSearchCV(pipe, {"net__solver": ["adam", "sgd", "lbfgs"]}, n_iter=3, cv=3, random_state=0)
found["random search"] = chances.fit(flowers, kinds).cv_results_["mean_test_score"]
halving = HalvingGridSearchCV(pipe, {"net__alpha": [1e-4, 1e-2, 1.0]}, cv=3, random_state=0, min_resources=60)
found["halving"] = halving.fit(flowers, kinds).cv_results_["mean_test_score"]
found["learning curve"] = learning_curve(
    pipe, flowers, kinds, cv=3, train_sizes=[0.4, 1.0], shuffle=True, random_state=0
)
found["validation curve"] = validation_curve(pipe, flowers, kinds, param_name="net__alpha", param_range=[1e-4, 1], cv=3)

# %% Streams, and starts that are warm
stream = MLPClassifier(hidden_layer_sizes=(16,), random_state=0)
for begin in range(0, 600, 100):
    batch = slice(begin, begin + 100)
    stream.partial_fit(X_train[batch], y_train[batch], classes=np.unique(y))
    found[f"stream after {begin}"] = [stream.loss_, stream.score(X_test, y_test)]
for i in range(5):
    stream.partial_fit(X_train[i : i + 1], y_train[i : i + 1])
found["single rows"] = [stream.loss_curve_, stream.t_]
warm = MLPClassifier(hidden_layer_sizes=(16,), max_iter=1, warm_start=True, random_state=0)
history = []
for epoch in range(5):
    warm.fit(X_train, y_train)
    history.append((warm.loss_, warm.score(X_test, y_test), warm.n_iter_, warm.t_))
found["warm"] = history
stopped = MLPClassifier(early_stopping=True, n_iter_no_change=3, max_iter=25, tol=0.01, random_state=0)
stopped.set_params(learning_rate_init=0.01).fit(X_train, y_train)
found["stopped early"] = [
    stopped.validation_scores_,
    stopped.best_validation_score_,
    stopped.n_iter_,
    stopped.best_loss_,
]

# %% Saved, loaded and copied
from sklearn.base import clone

again = pickle.loads(pickle.dumps(clf))
with io.BytesIO() as file:
    joblib.dump(pipe.fit(flowers, kinds), file)
    file.seek(0)
    loaded = joblib.load(file)
found["saved"] = [again.predict_proba(X_test[:3]), loaded.predict_proba(flowers[:3]), again.loss_curve_]
found["copied"] = [clone(clf).get_params()["alpha"], hasattr(clone(clf), "coefs_")]

# %% In company
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier, MultiOutputRegressor

scaled = StandardScaler().fit_transform(flowers)
several = np.column_stack([kinds == 1, kinds == 2, scaled[:, 0] > 0]).astype(int)
ensembles = {
    "votes": VotingClassifier([("net", small), ("linear", LogisticRegression())], voting="soft"),
    "stack": StackingClassifier([("net", small)], LogisticRegression(), cv=3),
    "bag": BaggingClassifier(small, n_estimators=3, random_state=0),
    "calibrated": CalibratedClassifierCV(small, cv=3),
    "one versus rest": OneVsRestClassifier(small),
}
for name, model in ensembles.items():
    found[name] = model.fit(scaled, kinds).predict_proba(scaled[::10])
found["each output"] = MultiOutputClassifier(small).fit(scaled, several).predict(scaled)
found["chain"] = ClassifierChain(small, random_state=0).fit(scaled, several).predict_proba(scaled[::10])
found["several labels"] = clone(small).fit(scaled, several).predict_proba(scaled[::10])

# %% Values
amounts, progress = load_diabetes(return_X_y=True, as_frame=True)
regr = make_pipeline(
    StandardScaler(), MLPRegressor(hidden_layer_sizes=(10,), max_iter=60, learning_rate_init=0.05, random_state=0)
)
target = TransformedTargetRegressor(regr, transformer=MinMaxScaler()).fit(amounts, progress)
found["values"] = [target.predict(amounts[:5]), target.score(amounts, progress), target.regressor_[-1].loss_]
both = np.column_stack([progress / 100, amounts["bmi"] * 10])
found["two values"] = MultiOutputRegressor(regr).fit(amounts, both).predict(amounts[:4])
lbfgs = MLPRegressor(hidden_layer_sizes=(5,), solver="lbfgs", max_iter=15, random_state=0, alpha=0.1).fit(
    amounts, progress / 100
)
found["lbfgs"] = [lbfgs.predict(amounts[:5]), lbfgs.n_iter_, lbfgs.loss_, list(lbfgs.feature_names_in_)]

# %% What counts
from sklearn.inspection import (
    DecisionBoundaryDisplay,
    PartialDependenceDisplay,
    partial_dependence,
    permutation_importance,
)

importance = permutation_importance(lbfgs, amounts, progress / 100, n_repeats=2, random_state=0)
found["importance"] = importance.importances_mean
found["dependence"] = partial_dependence(lbfgs, amounts, ["bmi"], grid_resolution=5)["average"]
PartialDependenceDisplay.from_estimator(lbfgs, amounts, ["bmi", ("bmi", "bp")], grid_resolution=4)
plane = clone(small).fit(scaled[:, :2], kinds)
boundary = DecisionBoundaryDisplay.from_estimator(plane, scaled[:, :2], grid_resolution=10, response_method="predict")
found["boundary"] = boundary.response
plt.close("all")

# %% Columns of several kinds
frame = pd.DataFrame({"length": flowers[:, 0], "width": flowers[:, 1], "from": np.resize(["here", "there"], 150)})
columns = ColumnTransformer([("numbers", StandardScaler(), ["length", "width"]), ("words", OneHotEncoder(), ["from"])])
found["frame"] = make_pipeline(columns, small).fit(frame, np.array(["a", "b", "c"])[kinds]).predict(frame[::7]).tolist()

# %% Text
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

texts = [f"{a} {b} of {c}" for a in ("good", "bad", "fine") for b in ("film", "book") for c in ("late", "old", "note")]
moods = [text.split()[0] != "bad" for text in texts]
for vectorizer in (CountVectorizer(), TfidfVectorizer(ngram_range=(1, 2))):
    reader = make_pipeline(vectorizer, clone(small)).fit(texts, moods)
    found[type(vectorizer).__name__] = reader.predict_proba(["a good old book", "bad late note"])

# %% Yes or no, with weights
tumours, malign = load_breast_cancer(return_X_y=True)
tumours = StandardScaler().fit_transform(tumours)
yes = MLPClassifier(
    (6,), activation="tanh", solver="sgd", learning_rate="adaptive", momentum=0.8, max_iter=10, random_state=0
)
yes.fit(tumours, malign)
found["yes or no"] = [yes.predict_proba(tumours[:5]), yes.loss_curve_, yes.out_activation_]
weighted = MLPClassifier((6,), batch_size=len(tumours), max_iter=10, random_state=0)
found["weights"] = weighted.fit(tumours, malign, sample_weight=1.0 + malign).predict_proba(tumours[:5])
