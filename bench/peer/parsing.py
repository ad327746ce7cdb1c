"""A biaffine dependency parser on BERT, computed as the reference's is.

A word is the mean of its pieces (after dropout), the root the pooled first piece (without); words are padded with zero vectors to the
length of the batch, which takes part in the softmax over heads. Words at the root have label 0, as padding has, and are not learnt.
"""
from types import SimpleNamespace

import torch
from torch.nn.functional import cross_entropy
from transformers import BertModel, BertPreTrainedModel


class Bilinear(torch.nn.Module):
    """Scores of pairs (x, y) for each of `outputs` forms; a bias is a further column of ones."""

    def __init__(self, size, outputs, bias_y):
        super().__init__()
        self.bias_y = bias_y
        self.weight = torch.nn.Parameter(torch.zeros(outputs, size + 1, size + bias_y))

    def forward(self, x, y):
        x = torch.cat([x, torch.ones_like(x[..., :1])], -1)
        if self.bias_y:
            y = torch.cat([y, torch.ones_like(y[..., :1])], -1)
        return torch.einsum('bxi,oij,byj->boxy', x, self.weight, y)


class BertForParsing(BertPreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.bert = BertModel(config)
        self.dropout = torch.nn.Dropout(config.hidden_dropout_prob)
        self.biaffine_arcs = Bilinear(config.hidden_size, 1, False)
        self.biaffine_rels = Bilinear(config.hidden_size, config.num_labels, True)

    def forward(self, word_starts, labels_arcs=None, labels_rels=None, **inputs):
        states, pooled = self.bert(**inputs)[:2]
        words = mean_of_pieces(self.dropout(states), word_starts)
        heads = torch.cat([pooled.unsqueeze(1), words], 1)
        arcs = self.biaffine_arcs(words, heads).squeeze(1)
        relations = self.biaffine_rels(words, heads).permute(0, 2, 3, 1)
        loss = None
        if labels_arcs is not None:
            known = labels_arcs != 0
            gold = labels_arcs[known]
            at_gold = relations[known][torch.arange(len(gold)), gold]
            loss = cross_entropy(arcs[known], gold) + cross_entropy(at_gold, labels_rels[known])
        return SimpleNamespace(loss=loss, arcs=arcs, relations=relations)


def mean_of_pieces(states, word_starts):
    """[batch, length, size]: means from each word's start to the next; zeros behind the last word."""
    rows = []
    for row, starts in zip(states, word_starts.tolist()):
        ends = [at for at in starts if at > 0]
        means = [row[a:b].mean(0) for a, b in zip(ends, ends[1:])]
        rows.append(torch.stack(means + [torch.zeros_like(row[0])] * (len(row) - len(means))))
    return torch.stack(rows)
