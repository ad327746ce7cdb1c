"""LT-SFT of a task on given examples, and what the model then says:

    python realTasks.py train RUN.json EXAMPLES              trains, and saves the model where RUN.json says
    python realTasks.py logits|arcs|relations RUN.json EXAMPLES ANSWER

EXAMPLES (safetensors) has of ids, types, labels and words the values of all examples one after the other, and `FIELD.ends`.
RUN.json may name what is not to be drawn here: initialHead (safetensors), order (of each phase, the examples of each step) and
dropoutScales (see draws.py; the masks come from standard input).
ANSWER gets `values`, float32, one after the other: logits of every piece (of the first alone for a class), scores of each word's
heads [words, words + 1], or each word's relation at the heads that `heads` of RUN.json names.
"""
import json
import sys

import torch
from safetensors.torch import load_file, save_file

from draws import give_dropout
from ltsft import Tuner
from model import build, load_head

IGNORED = -100


def read_rows(path, field):
    tensors = load_file(path)
    values, ends = tensors[field].tolist(), tensors[field + '.ends'].tolist()
    return [values[a:b] for a, b in zip([0, *ends], ends)]


def read_examples(path):
    fields = {field: read_rows(path, field) for field in ('ids', 'types', 'labels', 'words')}
    return [dict(zip(fields, row)) for row in zip(*fields.values())]


def collate(head, examples, with_labels=True):
    """A batch as the reference pads it: to its longest sequence."""
    length = max(len(e['ids']) for e in examples)

    def padded(rows, filler):
        return torch.tensor([list(row) + [filler] * (length - len(row)) for row in rows])

    batch = {
        'input_ids': padded([e['ids'] for e in examples], 0),
        'attention_mask': padded([[1] * len(e['ids']) for e in examples], 0),
        'token_type_ids': padded([e['types'] for e in examples], 0),
    }
    if head == 'biaffine':
        batch['word_starts'] = padded([e['words'] for e in examples], 0)
    if not with_labels:
        return batch
    labels = [e['labels'] for e in examples]
    if head == 'sequence-classification':
        return batch | {'labels': torch.tensor([row[0] for row in labels])}
    if head == 'question-answering':
        return batch | {'start_positions': torch.tensor([row[0] for row in labels]),
                        'end_positions': torch.tensor([row[1] for row in labels])}
    if head == 'biaffine':
        halves = [(row[:len(row) // 2], row[len(row) // 2:]) for row in labels]
        # A root, 0, is not learnt, nor is what has no label.
        return batch | {'labels_arcs': padded([[max(h, 0) for h in heads] for heads, _ in halves], 0),
                        'labels_rels': padded([[max(r, 0) for r in rels] for _, rels in halves], 0)}
    return batch | {'labels': padded(labels, IGNORED)}


def drawn_batches(count, size, steps, generator):
    """Indices of the examples of each step: an epoch goes through all of them in an order of its own."""
    batches = []
    while len(batches) < steps:
        shuffled = torch.randperm(count, generator=generator).tolist()
        batches += [shuffled[at:at + size] for at in range(0, count, size)]
    return batches[:steps]


def run_phase(tuner, run, sparse, examples, batches):
    tuner.begin(sparse, run['steps'][sparse])
    for batch in batches:
        tuner.step([collate(run['head'], [examples[i] for i in batch])])


def train(run, examples):
    given = 'dropoutScales' in run
    model = build(run['head'], folder=run['folder'], labels=run['labels'], attention='eager' if given else 'sdpa')
    if 'initialHead' in run:
        load_head(model, run['initialHead'])
    if given:
        give_dropout(model, run['dropoutScales'])
    tuner = Tuner(model, learning_rate=run['learningRate'], fused=True)
    generator = torch.Generator().manual_seed(run['seed'])
    order = run.get('order') or [
        drawn_batches(len(examples), run['batchSize'], steps, generator) for steps in run['steps']]
    run_phase(tuner, run, False, examples, order[0])
    tuner.select(run['k'], fast=True)
    tuner.rewind()
    run_phase(tuner, run, True, examples, order[1])
    torch.save(model.state_dict(), run['model'])


@torch.no_grad()
def answer(what, run, examples):
    model = build(run['head'], folder=run['folder'], labels=run['labels'])
    model.load_state_dict(torch.load(run['model']))
    model.eval()
    heads = read_rows(run['heads'], 'heads') if what == 'relations' else None
    order = sorted(range(len(examples)), key=lambda i: len(examples[i]['ids']))
    found = [None] * len(examples)
    for at in range(0, len(order), 32):
        chosen = order[at:at + 32]
        out = model(**collate(run['head'], [examples[i] for i in chosen], with_labels=False))
        for row, i in enumerate(chosen):
            example = examples[i]
            words = len(example['words']) - 1
            if what == 'arcs':
                found[i] = out.arcs[row, :words, :words + 1]
            elif what == 'relations':
                at_head = out.relations[row][torch.arange(words), torch.tensor(heads[i], dtype=torch.long)]
                found[i] = at_head.argmax(-1).float()
            elif run['head'] == 'sequence-classification':
                found[i] = out.logits[row]
            else:
                found[i] = out.logits[row, :len(example['ids'])]
    return torch.cat([f.reshape(-1) for f in found])


def main():
    what, path, examples = sys.argv[1:4]
    with open(path, encoding='utf-8') as file:
        run = json.load(file)
    torch.set_num_threads(run['threads'])
    torch.manual_seed(run['seed'])
    rows = read_examples(examples)
    if what == 'train':
        train(run, rows)
    else:
        save_file({'values': answer(what, run, rows).contiguous()}, sys.argv[4])


if __name__ == '__main__':
    main()
