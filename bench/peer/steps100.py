"""The losses of the first steps of both phases, to compare with another implementation: python steps100.py RUN.json

RUN.json: folder (a Hugging Face encoder), head, labels, initialHead (safetensors), batches (safetensors: input_ids.N,
attention_mask.N, labels.N and perhaps token_type_ids.N for batch N), learningRate, l1 [full, sparse], k,
totalSteps [full, sparse] (the schedules' lengths), stepsRun, accumulate, maxGradNorm, freezeLayerNorm; perhaps
fused (true), threads (2), dropoutScales (see draws.py: the masks come from standard input; without it dropout is 0).
Each phase takes the batches in their order from 0, and again from 0 at the end; accumulate of them make a step.

Prints {"full": [loss of each step], "sparse": [...], "fullNorm", "sparseNorm", "threshold", "chosen"}; a step's loss is
the mean of its micro-batches' means, before L1; the norms are those before clipping.
"""
import json
import sys

import torch
from safetensors.torch import load_file

from draws import give_dropout
from ltsft import Tuner
from model import build, load_head


def read_batches(path):
    tensors = load_file(path)
    batches = [{} for _ in range(1 + max(int(n.rsplit('.', 1)[1]) for n in tensors))]
    for name, value in tensors.items():
        field, number = name.rsplit('.', 1)
        batches[int(number)][field] = value.long()
    return batches


def run_phase(tuner, run, sparse, batches):
    size = run['accumulate']
    tuner.begin(sparse, run['totalSteps'][sparse])
    losses, norms = [], []
    for step in range(run['stepsRun']):
        found, norm = tuner.step([batches[(step * size + i) % len(batches)] for i in range(size)])
        losses.append(sum(found) / size)
        norms.append(norm)
    return losses, norms


def main():
    with open(sys.argv[1], encoding='utf-8') as file:
        run = {'accumulate': 1, 'maxGradNorm': 1.0, 'freezeLayerNorm': True, 'fused': True, 'threads': 2,
               'labels': 17} | json.load(file)
    torch.set_num_threads(run['threads'])
    given = 'dropoutScales' in run
    model = build(run['head'], folder=run['folder'], labels=run['labels'], dropout=None if given else 0.0,
                  attention='eager' if given else 'sdpa', freeze_layer_norm=run['freezeLayerNorm'])
    load_head(model, run['initialHead'])
    if given:
        give_dropout(model, run['dropoutScales'])
    tuner = Tuner(model, learning_rate=run['learningRate'], l1=run['l1'], max_grad_norm=run['maxGradNorm'],
                  fused=run['fused'])
    batches = read_batches(run['batches'])
    full, full_norm = run_phase(tuner, run, False, batches)
    threshold, chosen = tuner.select(run['k'], fast=True)
    tuner.rewind()
    sparse, sparse_norm = run_phase(tuner, run, True, batches)
    print(json.dumps({'full': full, 'sparse': sparse, 'fullNorm': full_norm, 'sparseNorm': sparse_norm,
                      'threshold': threshold, 'chosen': chosen}))


if __name__ == '__main__':
    main()
