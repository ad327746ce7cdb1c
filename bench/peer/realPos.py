"""LT-SFT for part-of-speech tagging on real data: python realPos.py SEED [--random-mask] [--shared DIR] [--threads N]

MiniLM, the first 1,500 training sentences of English-EWT, tested on English, and without any training on Faroese and
Wolof. Prints one line of JSON: {"seed", "mask", "dev", "faroese", "wolof", "k", "labels", "seconds"}, the accuracies
over words in % and the seconds of the training alone; progress goes to stderr. A random mask has no full phase.
"""
import argparse
import json
import sys
import time
from pathlib import Path

import torch
from transformers import BertTokenizerFast

from conllu import read_tagged
from ltsft import Tuner
from model import build

SENTENCES, BATCH, LEARNING_RATE, DENSITY, L1, EPOCHS = 1500, 8, 2e-4, 0.08, 0.1, (2, 3)
IGNORED = -100


def encode(tokenizer, sentences, labels):
    """Input ids and labels of every sentence; a word's label stands on its first piece, IGNORED on all the others.

    A tag that is not among the labels becomes len(labels), which no prediction equals.
    """
    examples = []
    for words, tags in sentences:
        pieces = tokenizer(words, is_split_into_words=True, truncation=True, max_length=512)
        owner = pieces.word_ids()
        first = [w is not None and w != before for w, before in zip(owner, [None, *owner])]
        number = [labels.get(t, len(labels)) for t in tags]
        examples.append((pieces['input_ids'], [number[w] if f else IGNORED for w, f in zip(owner, first)]))
    return examples


def collate(examples):
    """A batch, padded to its longest sentence."""
    length = max(len(ids) for ids, _ in examples)
    def padded(rows, filler):
        return torch.tensor([row + [filler] * (length - len(row)) for row in rows])
    return {
        'input_ids': padded([ids for ids, _ in examples], 0),
        'attention_mask': padded([[1] * len(ids) for ids, _ in examples], 0),
        'labels': padded([tags for _, tags in examples], IGNORED),
    }


@torch.no_grad()
def accuracy(model, tokenizer, sentences, labels):
    """Share of all words that are tagged rightly, in %; a word without a piece, or cut off, is wrong."""
    model.eval()
    examples = sorted(encode(tokenizer, sentences, labels), key=lambda e: len(e[0]))
    right = 0
    for at in range(0, len(examples), 32):
        batch = collate(examples[at:at + 32])
        gold = batch.pop('labels')
        right += int((model(**batch).logits.argmax(-1) == gold).sum())
    return 100 * right / sum(len(words) for words, _ in sentences)


def run_phase(tuner, sparse, examples, epochs, order):
    batches = -(-len(examples) // BATCH)
    tuner.begin(sparse, epochs * batches)
    for epoch in range(epochs):
        print(f'{"sparse" if sparse else "full"} phase, epoch {epoch + 1} of {epochs}', file=sys.stderr, flush=True)
        shuffled = torch.randperm(len(examples), generator=order).tolist()
        for at in range(0, len(examples), BATCH):
            tuner.step([collate([examples[i] for i in shuffled[at:at + BATCH]])])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('seed', type=int)
    parser.add_argument('--random-mask', action='store_true')
    parser.add_argument('--shared', type=Path, default=Path(__file__).parents[3] / 'shared')
    parser.add_argument('--threads', type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    started = time.perf_counter()

    folder, ud = args.shared / 'models/all-MiniLM-L6-v2', args.shared / 'data/ud'
    tokenizer = BertTokenizerFast.from_pretrained(folder)
    sentences = read_tagged(ud / 'English-EWT/train.conllu')[:SENTENCES]
    labels = {tag: i for i, tag in enumerate(sorted({t for _, tags in sentences for t in tags}))}
    examples = encode(tokenizer, sentences, labels)

    model = build('token-classification', folder=folder, labels=len(labels))
    k = int(DENSITY * sum(p.numel() for p in model.bert.parameters()))
    tuner = Tuner(model, learning_rate=LEARNING_RATE, l1=(L1, L1), fused=True)
    order = torch.Generator().manual_seed(args.seed)
    if args.random_mask:
        tuner.choose_at_random(k, args.seed)
    else:
        run_phase(tuner, False, examples, EPOCHS[0], order)
        tuner.select(k, fast=True)
        tuner.rewind()
    run_phase(tuner, True, examples, EPOCHS[1], order)

    seconds = time.perf_counter() - started
    tests = {'dev': 'English-EWT/dev', 'faroese': 'Faroese-OFT/test', 'wolof': 'Wolof-WTB/test'}
    scores = {name: round(accuracy(model, tokenizer, read_tagged(ud / f'{file}.conllu'), labels), 3)
              for name, file in tests.items()}
    print(json.dumps({'seed': args.seed, 'mask': 'random' if args.random_mask else 'lottery', **scores,
                      'k': k, 'labels': len(labels), 'seconds': round(seconds, 1)}), flush=True)


if __name__ == '__main__':
    main()
