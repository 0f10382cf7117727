"""Tables and data sets, preprocessing, models and their files, and pictures."""

from .model import Model
from .model_file import load, load_model, save_model
from .preprocessing import Preprocessing
from .tables.csv_file import read_csv
from .tables.datasets import load_table
from .tables.named import Dataset
from .tables.opening import read_table
from .tables.table import Table

__all__ = [
    "Dataset",
    "Model",
    "Preprocessing",
    "Table",
    "load",
    "load_model",
    "load_table",
    "read_csv",
    "read_table",
    "save_model",
]
