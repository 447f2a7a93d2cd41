"""Many examples below one system message: a tree of segments, each seeing its ancestors only.

A branch is computed exactly as it would be alone: positions go on from the parent, and the mask hides all other branches. A past turn
stands in the tree without its reasoning, since the app drops it; the reasoning is a sibling branch.
"""
import numpy as np
import torch

from tokens import PAD


class Pack:
    """One row: `asked` notes (place, subject, language) where a question ends, `told` (place, subject) from the beginning of the reasoning
    to where it is about to name it. The system message is not in it: it is computed once for all rows, whose positions go on behind it."""

    def __init__(self, length, start):
        self.length, self.used, self.start = length, 0, start
        self.ids, self.weights, self.parents, self.ends = [], [], [], []
        self.seen, self.offsets, self.asked, self.told = [], [], [], []

    def room(self):
        return self.length - self.used

    def add(self, parent, ids, weights):
        assert len(ids) == len(weights)
        start = self.ends[parent] if parent >= 0 else self.start
        self.offsets.append(start)
        self.ids.append(ids)
        self.weights.append(weights)
        self.parents.append(parent)
        self.ends.append(start + len(ids))
        self.seen.append((self.seen[parent] if parent >= 0 else []) + [len(self.seen)])
        self.used += len(ids)
        return len(self.ids) - 1

    def arrays(self, window):
        """ids, positions, weights, and both masks; a token's weight is that of predicting it."""
        n, count = self.length, len(self.ids)
        ids, positions, weights = np.full(n, PAD), np.zeros(n, np.int64), np.zeros(n, np.float32)
        segment, previous = np.full(n, count), np.zeros(n, np.int64)
        last, at = [], 0
        for i, tokens in enumerate(self.ids):
            stop = at + len(tokens)
            ids[at:stop], weights[at:stop], segment[at:stop] = tokens, self.weights[i], i
            positions[at:stop] = np.arange(self.offsets[i], self.offsets[i] + len(tokens))
            previous[at:stop] = np.arange(at - 1, stop - 1)
            if self.parents[i] >= 0:
                previous[at] = last[self.parents[i]]   # the first token of a branch is predicted at the end of its parent
            last.append(stop - 1)
            at = stop
        visible = np.zeros((count + 1, count + 1), bool)
        for i, ancestors in enumerate(self.seen):
            visible[i, ancestors] = True
        mask = visible[segment][:, segment] & np.tri(n, dtype=bool)
        np.fill_diagonal(mask, True)
        near = mask & (positions[:, None] - positions[None, :] < window)
        return ids, positions, weights, previous, mask, near


def batch(system, packs, window):
    parts = [torch.from_numpy(np.stack(p)) for p in zip(*(pack.arrays(window) for pack in packs))]
    ids, positions, weights, previous, mask, near = parts
    rows, columns = torch.nonzero(weights > 0, as_tuple=True)
    root = len(system)
    before = torch.ones(*mask.shape[:2], root, dtype=torch.bool)
    near_before = positions[:, :, None] - torch.arange(root) < window
    asked = [(row, order, subject, language) for row, pack in enumerate(packs) for order, (_, subject, language) in enumerate(pack.asked)]
    told = [(row, at, subject) for row, pack in enumerate(packs) for at, subject in pack.told]
    places = torch.zeros(len(packs), max(len(pack.asked) for pack in packs), dtype=torch.long)
    for row, pack in enumerate(packs):
        places[row, :len(pack.asked)] = torch.tensor([at for at, _, _ in pack.asked])
    return {"asked": torch.tensor(asked), "told": torch.tensor(told), "places": places, "system": torch.tensor([system]), "ids": ids,
            "positions": positions, "mask": torch.cat((before, mask), 2), "near": torch.cat((near_before, near), 2),
            "rows": rows, "at": previous[rows, columns], "targets": ids[rows, columns], "weights": weights[rows, columns]}
