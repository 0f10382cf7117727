"""Reading tables and data sets, preprocessing, fitting, and writing model files and pictures."""

from .csv_file import read_csv
from .datasets import load_table
from .exports import Export, export
from .fitting import Fit, Plan, carry_out, fit, plan, split_again
from .model import Model
from .model_file import load, load_model, save_model
from .named import Dataset
from .preprocessing import Preprocessing
from .recipe import Recipe
from .scores import Scores, score
from .tables import Table

__all__ = [
    "Dataset",
    "Export",
    "Fit",
    "Model",
    "Plan",
    "Preprocessing",
    "Recipe",
    "Scores",
    "Table",
    "carry_out",
    "export",
    "fit",
    "load",
    "load_model",
    "load_table",
    "plan",
    "read_csv",
    "save_model",
    "score",
    "split_again",
]
