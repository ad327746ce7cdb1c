"""A training step at a time, so that another process can alternate its own steps with these: python step.py

Reads one JSON command a line from stdin and answers each with one JSON line on stdout: {"ok": true, ...}, or
{"ok": false, "error": "..."}. Times are seconds of this process's clock around the work alone, JSON left out.

setup    shape (BertConfig's fields: random weights) or folder (Hugging Face), head, labels, l1, learningRate,
         totalSteps, maxGradNorm, fused, dropout (null: the config's), attention (sdpa, eager), threads, seed,
         phase (full, sparse), k (for the random mask of a sparse phase that follows no full one)
phase    phase, k: rewinds and starts the other phase
step     batch {input_ids, attention_mask, labels, token_type_ids?}, or batches [...] to accumulate
         -> seconds, loss, gradNorm
evaluate batches [...]: forward passes alone, without dropout -> seconds, correct, predicted (labels), loss (mean of batches)
perturb  scale, seed: moves what may train by noise, in place of training -> entries moved
select   k, fast -> seconds, threshold, chosen
save     path (a folder) -> seconds (differences, encoding and file), bytes, entries
load     path -> seconds
apply    what was loaded, to the model -> seconds
memory   -> peakRss (ru_maxrss), vmHwm, rss, in bytes; the peaks are the process's, set-up included
quit
"""
import json
import os
import resource
import sys
import time

import torch

import sftFile
from ltsft import Tuner
from model import build

SETUP = {
    'shape': None, 'folder': None, 'head': 'mlm', 'labels': 17, 'l1': 0.0, 'learningRate': 5e-5, 'totalSteps': 10000,
    'maxGradNorm': 1.0, 'fused': True, 'dropout': None, 'attention': 'sdpa', 'threads': 2, 'seed': 1, 'phase': 'full',
    'k': None,
}


def timed(work):
    started = time.perf_counter()
    result = work()
    return time.perf_counter() - started, result


def status_bytes(field):
    with open('/proc/self/status') as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(field + ':'))


class Server:
    def __init__(self):
        self.tuner = self.loaded = None
        self.options = dict(SETUP)

    def setup(self, **options):
        unknown = options.keys() - SETUP.keys()
        if unknown:
            raise ValueError(f'unknown: {sorted(unknown)}')
        self.tuner = self.loaded = None
        self.options = o = SETUP | options
        torch.set_num_threads(o['threads'])
        torch.manual_seed(o['seed'])
        model = build(o['head'], shape=o['shape'], folder=o['folder'], labels=o['labels'], dropout=o['dropout'],
                      attention=o['attention'])
        self.tuner = Tuner(model, learning_rate=o['learningRate'], l1=(o['l1'], o['l1']),
                           max_grad_norm=o['maxGradNorm'], fused=o['fused'])
        self.start(o['phase'], o['k'])
        count = self.tuner.num_params
        return {'parameters': count, 'maskable': sum(m.numel() for m in self.tuner.mask.values())}

    def phase(self, phase, k=None):
        self.tuner.rewind()
        self.start(phase, k)

    def start(self, phase, k):
        sparse = {'full': False, 'sparse': True}[phase]
        if sparse and not any(m.any() for m in self.tuner.mask.values()):
            self.tuner.choose_at_random(k, self.options['seed'])
        self.tuner.begin(sparse, self.options['totalSteps'])

    def step(self, batch=None, batches=None):
        tensors = [{n: torch.tensor(v) for n, v in b.items()} for b in (batches or [batch])]
        seconds, (losses, norm) = timed(lambda: self.tuner.step(tensors))
        return {'seconds': seconds, 'loss': sum(losses) / len(losses), 'gradNorm': norm}

    @torch.no_grad()
    def evaluate(self, batches):
        model = self.tuner.model
        tensors = [{n: torch.tensor(v) for n, v in b.items()} for b in batches]

        def work():
            correct, predicted, loss = 0, 0, 0.0
            for batch in tensors:
                output, labels = model(**batch), batch['labels']
                there = labels != -100
                loss += float(output.loss)
                correct += int(((output.logits.argmax(-1) == labels) & there).sum())
                predicted += int(there.sum())
            return correct, predicted, loss / len(tensors)

        model.eval()
        seconds, (correct, predicted, loss) = timed(work)
        model.train()
        return {'seconds': seconds, 'correct': correct, 'predicted': predicted, 'loss': loss}

    @torch.no_grad()
    def perturb(self, scale=1e-4, seed=1):
        generator, moved = torch.Generator().manual_seed(seed), 0
        for n in self.tuner.maskable:
            p = self.tuner.model.get_parameter(n)
            noise = torch.randn(p.shape, generator=generator) * scale
            if self.tuner.sparse:
                noise *= self.tuner.mask[n]
            p += noise
            moved += int(noise.count_nonzero())
        return {'moved': moved}

    def select(self, k, fast=False):
        seconds, (threshold, chosen) = timed(lambda: self.tuner.select(k, fast))
        return {'seconds': seconds, 'threshold': threshold, 'chosen': chosen}

    def save(self, path):
        difference_seconds, sft = timed(lambda: sftFile.difference(self.tuner))
        file_seconds, _ = timed(lambda: sftFile.save(sft, path))
        return {'seconds': difference_seconds + file_seconds, 'differenceSeconds': difference_seconds,
                'bytes': os.path.getsize(os.path.join(path, sftFile.FILE)),
                'entries': sum(d.values().numel() for d in sft['diffs'].values())}

    def load(self, path):
        seconds, self.loaded = timed(lambda: sftFile.load(path))
        return {'seconds': seconds}

    def apply(self):
        seconds, _ = timed(lambda: sftFile.apply(self.loaded, self.tuner.model))
        return {'seconds': seconds}

    def memory(self):
        return {'peakRss': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
                'vmHwm': status_bytes('VmHWM'), 'rss': status_bytes('VmRSS')}


COMMANDS = ('setup', 'phase', 'step', 'evaluate', 'perturb', 'select', 'save', 'load', 'apply', 'memory')


def main():
    server = Server()
    replies, sys.stdout = sys.stdout, sys.stderr  # whatever a library prints must not come between the answers
    for line in sys.stdin:
        if not line.strip():
            continue
        try:
            command = json.loads(line)
            name = command.pop('cmd')
            if name == 'quit':
                break
            if name not in COMMANDS:
                raise ValueError(f'no command {name}')
            reply = {'ok': True} | (getattr(server, name)(**command) or {})
        except Exception as error:  # the benchmark shows it; the server lives on
            reply = {'ok': False, 'error': f'{type(error).__name__}: {error}'}
        print(json.dumps(reply), file=replies, flush=True)


if __name__ == '__main__':
    main()
