"""Real data that scikit-learn carries, for scores: handwritten digits, and sentences with names and years."""

import re
from functools import cache
from importlib.resources import files

import numpy as np
from sklearn import datasets
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

SENTENCES = 20
_LISTED = re.compile(
    r"^ *(?:[-*]|\(\d\)|\.\. \[\d\]) +(.+?)(?=\n\s*\n|\n *[-*] |\Z)", re.DOTALL | re.MULTILINE
)


@cache
def sentences() -> tuple[str, ...]:
    """Twenty entries of bibliographies in the descriptions of scikit-learn's data sets, each on one line."""
    found: list[str] = []
    for page in sorted(files("sklearn.datasets.descr").iterdir(), key=lambda one: one.name):
        if page.name.endswith(".rst"):
            text = page.read_text(encoding="utf-8")
            found += [" ".join(one.split()) for one in _LISTED.findall(text)]
    return tuple(one for one in found if re.search(r"\b(19|20)\d\d\b", one))[:SENTENCES]


@cache
def digits() -> tuple[list[str], dict[str, list[str]]]:
    """True classes of 300 handwritten digits, and what four classifiers of unequal skill say."""
    images, truth = datasets.load_digits(return_X_y=True)
    train, test = slice(0, 1000), slice(1000, 1300)
    skills = {
        "logistic": LogisticRegression(max_iter=200),
        "bayes": GaussianNB(),
        "neighbours": KNeighborsClassifier(n_neighbors=40),
        "stump": DecisionTreeClassifier(max_depth=4, random_state=0),
    }
    said = {
        name: [str(one) for one in kind.fit(images[train] / 16, truth[train]).predict(images[test] / 16)]
        for name, kind in skills.items()
    }
    return [str(one) for one in np.asarray(truth[test])], said
