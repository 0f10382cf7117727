"""Fitted estimators in the words of other packages: operators of ONNX, scikit-learn's own classes, skops' trusted types."""
