"""One set of followed objects out of several people's: who followed the same thing, in which frames, called what.

An object stays when at least half of the people followed it, and in a frame when at least half of those have it
there. What it looks like in a frame, the families say, which know the shapes.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from labelwright.metrics import clustering, tracking
from labelwright.metrics.matching import Candidates
from labelwright.tasktypes.forms.attributes import Question
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject
from labelwright.tasktypes.scoring.merge_answers import free_name, merge_questions
from labelwright.tasktypes.scoring.merge_shapes import most_frequent
from labelwright.tasktypes.scoring.track_scores import Followed

Appearance = tuple[int, int]
"""Whose answer, and which of its appearances."""


class MergedTrack(msgspec.Struct, frozen=True):
    """An object that stays.

    Attributes:
        name: its ``uuid``.
        label: that most gave it.
        owners: who followed it; first the one whose object is most like those of the others.
        frames: number of each frame in which it stays, in order, to its appearances there, in the order of
            ``owners``.
        length: in how many frames the first of the owners has it.
    """

    name: str
    label: str
    owners: Sequence[int]
    frames: Mapping[int, Sequence[Appearance]]
    length: int

    def alone(self) -> "MergedTrack":
        """Return the object as its first owner has it, in all of that one's frames that are here."""
        owner = self.owners[0]
        own = {frame: [one for one in some if one[0] == owner] for frame, some in self.frames.items()}
        return replace(self, owners=[owner], frames={frame: some for frame, some in own.items() if some})


class MergedTracks(msgspec.Struct, frozen=True):
    """What several answers amount to.

    Attributes:
        tracks: in the order of the first one who followed each.
        names: of each answer, ``uuid`` to the ``uuid`` of the merged object; objects that were dropped are missing.
    """

    tracks: Sequence[MergedTrack]
    names: Sequence[Mapping[str, str]]


def merge_tracks(answers: Sequence[Followed], pairs: Callable[[int, int], Candidates]) -> MergedTracks:
    """Return which objects stay, and in which frames.

    Args:
        answers: the objects of each; ties go to earlier ones.
        pairs: returns, for two answers, the appearances in the same frame with the same geometry that are alike.
    """
    objects = [one.objects() for one in answers]
    labels = [dict(zip(reversed(one.names), reversed(one.labels), strict=True)) for one in answers]
    sides = [one.appearances() for one in answers]
    links: dict[tuple[int, int], Candidates] = {}
    near: dict[frozenset[clustering.Member], float] = {}
    for a, b in combinations(range(len(answers)), 2):
        found = tracking.track_pairs(sides[a], sides[b], pairs(a, b))
        rows = list(zip(*(one.tolist() for one in found), strict=True))
        near.update({frozenset(((a, i), (b, j))): similarity for i, j, similarity in rows})
        same = [labels[a][objects[a][i]] == labels[b][objects[b][j]] for i, j, _ in rows]
        # One more for the same label: another label in the same place is looked at after all of those.
        links[a, b] = found._replace(similarity=found.similarity + same)
    tracks: list[MergedTrack] = []
    names: list[dict[str, str]] = [{} for _ in answers]
    for members in clustering.clusters([len(one) for one in objects], links):
        if not clustering.is_majority(len(members), len(answers)):
            continue
        sums = [sum(near.get(frozenset((one, other)), 0.0) for other in members) for one in members]
        first = sums.index(max(sums))
        ordered = [members[first], *members[:first], *members[first + 1 :]]
        uuids = {owner: objects[owner][i] for owner, i in ordered}
        name = free_name(list(uuids.values()), {one.name for one in tracks})
        label = most_frequent([labels[owner][uuid] for owner, uuid in uuids.items()], 0)
        for owner, uuid in uuids.items():
            names[owner][uuid] = name
        tracks.append(MergedTrack(name, label, list(uuids), *_frames(answers, uuids)))
    return MergedTracks(tracks, names)


def _frames(answers: Sequence[Followed], uuids: Mapping[int, str]) -> tuple[dict[int, list[Appearance]], int]:
    """Return the frames of an object that stay, and in how many frames its first owner has it."""
    found: dict[int, list[Appearance]] = {}
    lengths = []
    for owner, uuid in uuids.items():
        names = answers[owner].names
        own = [(answers[owner].frames[i], i) for i in range(len(names)) if names[i] == uuid]
        lengths.append(len(own))
        for frame, i in own:
            found.setdefault(frame, []).append((owner, i))
    kept = {
        frame: found[frame]
        for frame in sorted(found)
        if clustering.is_majority(len(found[frame]), len(uuids))
    }
    return kept, lengths[0]


def merge_track_attributes(
    questions: Mapping[str, Question],
    answers: Sequence[Followed],
    merged: MergedTracks,
    track: MergedTrack,
    extents: Mapping[int, tuple[float, float] | None] | None = None,
) -> dict[int, dict[str, Any]]:
    """Return the attributes of a merged object, frame by frame.

    Only those who gave its label are asked, where they have it: other labels may have other attributes. What is linked
    with an object that was dropped is left out.

    Args:
        questions: name to definition; those with ``global`` have one answer in all frames.
        answers: see ``merge_tracks``.
        merged: all objects.
        track: the one that it is about.
        extents: number of the frame to width and height of the merged shape in pixels, of boxes and cuboids.
    """
    rules = QuestionRules(questions, scene=False)
    # Whether they are asked may change from frame to frame, the answers do not.
    fixed = {
        name: replace(question, conditions=UNSET)
        for name, question in questions.items()
        if getattr(question, "global_", False)
    }
    linkable = {one.name: one.label for one in merged.tracks}
    linked = [name for name, question in questions.items() if question.type == "linked"]
    everywhere: dict[int, dict[str, Any]] = {}
    voters: dict[int, list[Mapping[str, Any]]] = {}
    for frame, appearances in track.frames.items():
        right = [(a, i) for a, i in appearances if answers[a].labels[i] == track.label] or appearances
        voters[frame] = []
        for owner, i in right:
            values = _renamed(answers[owner].attributes[i], linked, merged.names[owner])
            everywhere[owner] = {**values, **everywhere.get(owner, {})}
            voters[frame].append(values)
    trusted = [everywhere[owner] for owner in track.owners if owner in everywhere]
    about = Subject(track.label, None, track.name, linkable)
    common = merge_questions(QuestionRules(fixed), about, trusted) if fixed else {}
    found = {}
    for frame, rows in voters.items():
        about = Subject(track.label, (extents or {}).get(frame), track.name, linkable)
        known = [{name: common.get(name, value) for name, value in one.items()} for one in rows]
        found[frame] = merge_questions(rules, about, known)
    return found


def _renamed(values: Mapping[str, Any], linked: Sequence[str], names: Mapping[str, str]) -> dict[str, Any]:
    """Return attributes in which links lead to merged objects; without those that lead nowhere now."""
    return {
        name: names[value] if name in linked else value
        for name, value in values.items()
        if name not in linked or value in names
    }
