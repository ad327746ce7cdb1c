"""The reference's file of a sparse fine-tuning, made, read and applied by its way of computing."""
import os

import numpy as np
import torch

FILE = 'pytorch_diff.bin'
NEGLIGIBLE = 1e-7

torch.sparse.check_sparse_tensor_invariants.disable()  # torch's default, said aloud: it warns otherwise


@torch.no_grad()
def difference(tuner):
    """{'diffs': name -> sparse tensor, 'abs': name -> tensor}: p - p0 where maskable, dense parameters as they are."""
    out = {'diffs': {}, 'abs': {}}
    for n, p in tuner.model.named_parameters():
        if n in tuner.mask:
            delta = p - tuner.originals[n]
            out['diffs'][n] = (delta * (delta.abs() > NEGLIGIBLE)).to_sparse().coalesce()
        elif p.requires_grad:
            out['abs'][n] = p
    return out


def save(sft, folder):
    os.makedirs(folder, exist_ok=True)
    encoded = {'diffs': {n: encode(d) for n, d in sft['diffs'].items()}, 'abs': sft['abs']}
    torch.save(encoded, os.path.join(folder, FILE))


def load(folder):
    # The index lists hold a numpy scalar, which torch's safe reader refuses.
    encoded = torch.load(os.path.join(folder, FILE), weights_only=False)
    return {'diffs': {n: decode(d) for n, d in encoded['diffs'].items()}, 'abs': encoded['abs']}


@torch.no_grad()
def apply(sft, model, with_abs=False):
    for n, d in sft['diffs'].items():
        p = model.get_parameter(n)
        p += d
    if with_abs:
        for n, v in sft['abs'].items():
            model.get_parameter(n).copy_(v)


def encode(sparse):
    """Flat column-major indices, sorted by a Python key function, as a Python list of steps; and the values."""
    strides = np.cumprod([1, *sparse.shape[:-1]], dtype=np.int64)
    flat = strides @ sparse.indices().numpy()
    order = sorted(range(len(flat)), key=lambda i: flat[i])
    flat = flat[order]
    steps = np.diff(flat).tolist()
    if len(flat):
        steps = [flat[0], *steps]
    return {'size': sparse.size(), 'index_steps': steps, 'values': sparse.values()[order]}


def decode(encoded):
    """The sparse tensor of an encoding; int32 arithmetic, as there."""
    flat = np.cumsum(encoded['index_steps'], dtype=np.int32)
    sizes = np.cumprod(list(encoded['size']), dtype=np.int32)
    strides = np.concatenate([[1], sizes[:-1]], dtype=np.int32)
    coordinates = flat[None, :] // strides[:, None] % sizes[:, None]
    return torch.sparse_coo_tensor(torch.from_numpy(coordinates), encoded['values'], encoded['size']).coalesce()
