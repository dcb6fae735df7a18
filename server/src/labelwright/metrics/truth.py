"""What is true when several people choose among categories: majority, and Dawid and Skene's model.

Source: Dawid and Skene, "Maximum likelihood estimation of observer error-rates using the EM algorithm", Journal of
the Royal Statistical Society C 28 (1979). Crowd-Kit, the usual library, needs PyTorch and transformers; the tests
compare with it.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=Hashable)
Ids = NDArray[np.intp]
_SMALLEST = 1e-10
"""The least probability of an error: a worker who never made one may still."""


def majority(votes: Sequence[T]) -> tuple[list[T], int]:
    """Return the values with the most votes, in order of appearance, and how many votes each has.

    Raises:
        ValueError: there are no votes.
    """
    if not votes:
        raise ValueError("There is nothing to count.")
    tally = Counter(votes)
    most = max(tally.values())
    return [value for value, count in tally.items() if count == most], most


class DawidSkene(msgspec.Struct, frozen=True):
    """What the model found.

    Attributes:
        probabilities: [tasks, categories]: that a category is true; rows sum to 1.
        priors: [categories]: how frequent each is.
        confusions: [workers, categories, categories]: that a worker answers k where c is true, at [w, c, k].
        steps: how many iterations it took.
    """

    probabilities: NDArray[np.float64]
    priors: NDArray[np.float64]
    confusions: NDArray[np.float64]
    steps: int

    def reliability(self) -> NDArray[np.float64]:
        """Return for each worker the probability of a right answer, [workers], over the priors."""
        right: NDArray[np.float64] = np.einsum("wcc,c->w", self.confusions, self.priors)
        return right


def dawid_skene(
    tasks: Ids,
    workers: Ids,
    answers: Ids,
    *,
    categories: int | None = None,
    smoothing: float = 0.0,
    steps: int = 100,
    tolerance: float = 1e-5,
) -> DawidSkene:
    """Estimate true categories together with every worker's errors, by expectation maximisation.

    It starts from the shares of votes, so that without further knowledge the majority is right.

    Args:
        tasks: [n]: which task an answer is about, from 0; every number up to the largest occurs.
        workers: [n]: who gave it, from 0.
        answers: [n]: the category, from 0.
        categories: how many there are; one more than the largest answer when absent.
        smoothing: answers of each kind that every worker is taken to have given besides; with a few answers per
            worker the errors are estimated from little, and a hundredth keeps them from being certain.
        steps: the most iterations.
        tolerance: the gain of likelihood per answer at which it ends.

    Raises:
        ValueError: there are no answers, or the arrays differ in length.
    """
    if not len(tasks) == len(workers) == len(answers) or not len(tasks):
        raise ValueError("There must be as many tasks, workers and answers, and at least one.")
    task_count, worker_count = int(tasks.max()) + 1, int(workers.max()) + 1
    count = categories or int(answers.max()) + 1
    shape = (worker_count, count, count)
    votes = np.zeros((task_count, count))
    np.add.at(votes, (tasks, answers), 1.0)
    truth = votes / votes.sum(axis=1, keepdims=True)
    priors = truth.mean(axis=0)
    confusions = _confusions(truth[tasks], workers, answers, shape, smoothing)
    before = -np.inf
    taken = 0
    while taken < steps:
        taken += 1
        logs = np.log(confusions)
        likelihood = np.zeros((task_count, count))
        np.add.at(likelihood, tasks, logs[workers, :, answers])
        likelihood += np.log(np.maximum(priors, _SMALLEST))
        truth = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
        truth /= truth.sum(axis=1, keepdims=True)
        priors = truth.mean(axis=0)
        confusions = _confusions(truth[tasks], workers, answers, shape, smoothing)
        bound = _bound(truth, priors, confusions, tasks, workers, answers)
        if bound - before < tolerance:
            break
        before = bound
    return DawidSkene(truth, priors, confusions, taken)


def _confusions(
    truth: NDArray[np.float64], workers: Ids, answers: Ids, shape: tuple[int, int, int], smoothing: float
) -> NDArray[np.float64]:
    """Return the shares of a worker's answers per true category, from the beliefs about what is true."""
    table = np.full(shape, smoothing)
    # [worker, answer, truth] while adding: one row of beliefs per answer.
    np.add.at(table, (workers, answers), truth)
    table = np.maximum(table, _SMALLEST).swapaxes(1, 2)
    result: NDArray[np.float64] = table / table.sum(axis=2, keepdims=True)
    return result


def _bound(
    truth: NDArray[np.float64],
    priors: NDArray[np.float64],
    confusions: NDArray[np.float64],
    tasks: Ids,
    workers: Ids,
    answers: Ids,
) -> float:
    """Return the lower bound of the log-likelihood, per answer."""
    seen = np.log(confusions)[workers, :, answers]
    joint = (truth[tasks] * seen).sum() + (truth * np.log(np.maximum(priors, _SMALLEST))).sum()
    entropy = -(truth * np.log(np.maximum(truth, _SMALLEST))).sum()
    return float((joint + entropy) / len(tasks))
