"""Answers that are mostly in files, compared and merged by what is in those."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from labelwright.tasktypes.base import Media, Score
from labelwright.tasktypes.checked_type import CheckedType
from labelwright.tasktypes.scoring.merge_answers import first_of, medoid

P = TypeVar("P", bound=msgspec.Struct)
A = TypeVar("A", bound=msgspec.Struct)


class FileAnswers(CheckedType[P, A]):
    """A type of which every answer's files are read once, however many answers it is compared with."""

    @abstractmethod
    def content(self, params: P, answer: A) -> Any:
        """Return what is in the files of an accepted answer, in a form that has equality; None when one is closed.

        A file is closed when its address is one that nobody has opened.
        """

    @abstractmethod
    def compare_content(self, params: P, expected: Any, given: Any, media: Sequence[Media]) -> Score:
        """Return how good the content of an answer is against the expected one."""

    @abstractmethod
    def join_content(self, params: P, contents: Sequence[Any], best: A, media: Sequence[Media]) -> A:
        """Return the one answer that several amount to.

        Args:
            params: already checked.
            contents: of all answers, not all equal; the one first that is most like the others, and that ties go to.
            best: the answer with the first of them.
            media: of the attachments.
        """

    def compare(self, params: P, expected: A, given: A, media: Sequence[Media]) -> Score:
        """See ``compare_content``. Where a file is closed, only the same answer is alike."""
        mine, other = self.content(params, expected), self.content(params, given)
        if mine is None or other is None:
            return Score(float(expected == given))
        return self.compare_content(params, mine, other, media)

    def join(self, params: P, answers: Sequence[A], media: Sequence[Media]) -> A:
        """See ``join_content``. Where a file is closed, it is the answer that is most like the others."""
        contents = [self.content(params, one) for one in answers]
        if any(one is None for one in contents):
            return answers[self.medoid(params, answers, media)]
        first = medoid(contents, lambda one, other: self.compare_content(params, one, other, media).value)
        if all(one == contents[first] for one in contents):
            return answers[first]
        return self.join_content(params, first_of(contents, first), answers[first], media)
