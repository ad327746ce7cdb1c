"""LT-SFT (Ansell et al., ACL 2022, Algorithm 1) in torch, computed the way the reference implementation does.

Nothing here is made faster than there: that is what the benchmark compares with. Where there is a choice (AdamW's
implementation, selection) the reference's way is the default of the argument that says so.
"""
import numpy as np
import torch
from transformers import get_linear_schedule_with_warmup

from model import maskable_names


class Tuner:
    """A model, its original parameters, the mask and the optimiser of the phase under way."""

    def __init__(self, model, *, learning_rate, l1=(0.0, 0.0), max_grad_norm=1.0, fused=False, effective_l1=True):
        """l1: lambda in the full and in the sparse phase. effective_l1: False repeats the reference's slip, whose
        originals are a differentiable copy, so that the term's gradient cancels."""
        self.model = model
        self.learning_rate, self.l1, self.max_grad_norm, self.fused = learning_rate, l1, max_grad_norm, fused
        self.num_params = sum(p.numel() for p in model.parameters())
        self.maskable = maskable_names(model)
        copy = torch.Tensor.detach if effective_l1 else lambda p: p
        self.originals = {
            n: torch.zeros_like(p).copy_(copy(p)) for n, p in model.named_parameters() if p.requires_grad
        }
        self.mask = {n: torch.zeros_like(model.get_parameter(n), dtype=torch.bool) for n in self.maskable}
        self.sparse = False
        self.previous = {}
        self.keep()

    @torch.no_grad()
    def keep(self):
        """Notes all parameters, frozen ones too, for the rewind at the end of the full phase."""
        self.previous = {n: p.detach().clone() for n, p in self.model.named_parameters()}

    @torch.no_grad()
    def rewind(self):
        for n, p in self.model.named_parameters():
            p.copy_(self.previous[n])

    def begin(self, sparse, total_steps, warmup=0):
        """Starts a phase: a new optimiser and a new schedule, decaying linearly to 0 at total_steps."""
        self.sparse = sparse
        self.optimizer = None  # frees the moments of the phase before
        trainable = [p for p in self.model.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(
            trainable, lr=self.learning_rate, weight_decay=0.0, fused=self.fused or None)
        self.schedule = get_linear_schedule_with_warmup(self.optimizer, warmup, total_steps)
        self.model.train()

    def step(self, batches):
        """One optimiser step over its micro-batches; returns their losses, before L1, and the gradient's norm."""
        self.model.zero_grad()
        losses = []
        for i, batch in enumerate(batches):
            loss = self.model(**batch).loss
            (loss / len(batches)).backward()
            if i == 0 and self.l1[self.sparse]:
                self.regularise(self.l1[self.sparse])
            if self.sparse:
                for n, p in self.model.named_parameters():
                    if n in self.mask and p.grad is not None:
                        p.grad *= self.mask[n]
            losses.append(loss.item())
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.max_grad_norm)
        self.optimizer.step()
        self.schedule.step()
        return losses, norm.item()

    def regularise(self, l1):
        """Adds the gradient of l1 / N * sum|p - p0|: a graph of its own over all trainable parameters, once a step."""
        distances = [
            torch.sum(torch.abs(p - self.originals[n])) for n, p in self.model.named_parameters() if p.requires_grad
        ]
        (l1 * torch.sum(torch.stack(distances)) / self.num_params).backward()

    @torch.no_grad()
    def changes(self):
        """|p - p0| of the maskable parameters, by name."""
        return {n: (self.model.get_parameter(n) - self.originals[n]).abs() for n in self.maskable}

    @torch.no_grad()
    def select(self, k, fast=False):
        """Adds what has changed most, and is not in it yet, to the mask; returns (threshold, how many were added).

        The reference's way puts every change through one Python list; fast does the same on a float32 array.
        """
        if fast:
            free = np.concatenate([d[~self.mask[n]].numpy() for n, d in self.changes().items()])
        else:
            free = []
            for n in self.maskable:
                delta = (self.model.get_parameter(n) - self.originals[n]).view(-1)
                free.extend(torch.abs(delta[(~self.mask[n]).view(-1)]).tolist())
        if not 0 < k <= len(free):
            raise ValueError(f'cannot choose {k} of {len(free)} entries')
        threshold = float(np.partition(free, len(free) - k)[len(free) - k])
        added = 0
        for n in self.maskable:
            delta = (self.model.get_parameter(n) - self.originals[n]).abs()
            chosen = (delta >= threshold) & ~self.mask[n]
            self.mask[n] = chosen | self.mask[n]
            added += int(chosen.sum())
        return threshold, added

    def choose_at_random(self, k, seed):
        """The control: a mask of k entries drawn uniformly from all maskable ones."""
        sizes = [self.mask[n].numel() for n in self.maskable]
        flat = torch.zeros(sum(sizes), dtype=torch.bool)
        flat[torch.randperm(len(flat), generator=torch.Generator().manual_seed(seed))[:k]] = True
        self.mask = {n: m.view_as(self.mask[n]).clone() for n, m in zip(self.maskable, flat.split(sizes))}
