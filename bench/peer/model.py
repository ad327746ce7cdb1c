"""The models that the peer trains: transformers' BERT with a head, set up as the reference's scripts do."""
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import (
    BertConfig, BertForMaskedLM, BertForQuestionAnswering, BertForSequenceClassification, BertForTokenClassification,
)

from parsing import BertForParsing

HEADS = {
    'mlm': BertForMaskedLM,
    'token-classification': BertForTokenClassification,
    'sequence-classification': BertForSequenceClassification,
    'question-answering': BertForQuestionAnswering,
    'biaffine': BertForParsing,
}


def build(head, *, shape=None, folder=None, labels=17, dropout=None, attention='sdpa', freeze_layer_norm=True):
    """A model ready for LT-SFT.

    head: a key of HEADS; shape: BertConfig's fields (random weights), or folder: a Hugging Face folder of an encoder;
    dropout: one rate for all sites, None for the config's own; attention: transformers' implementation.
    The MLM decoder is untied from the word embeddings and frozen, and LayerNorms are frozen, unless told otherwise.
    """
    config = BertConfig(**shape) if folder is None else BertConfig.from_pretrained(folder)
    config.num_labels = labels
    if dropout is not None:
        config.hidden_dropout_prob = config.attention_probs_dropout_prob = dropout
    config._attn_implementation = attention
    model = HEADS[head](config)
    if folder is not None:
        load_encoder(model, Path(folder) / 'model.safetensors')
    if head == 'mlm':
        freeze_decoder(model)
    if freeze_layer_norm:
        for name, p in model.named_parameters():
            if 'LayerNorm' in name:
                p.requires_grad = False
    return model


def load_encoder(model, path):
    """Copies an encoder's weights (names with or without the prefix `bert.`) into a model with a head."""
    tensors = {('' if n.startswith(('bert.', 'cls.')) else 'bert.') + n: v for n, v in load_file(path).items()}
    missing, _ = model.load_state_dict(tensors, strict=False)
    absent = [n for n in missing if n.startswith('bert.') and not n.endswith('_ids')]
    if absent:
        raise ValueError(f'{path} lacks {absent}')


def load_head(model, path):
    """Copies a head's weights into the model; every parameter of the head has to be there, but for a frozen decoder."""
    tensors = load_file(path)
    missing, unexpected = model.load_state_dict(tensors, strict=False)
    absent = [n for n in missing if not n.startswith('bert.') and '.decoder.' not in n]
    if absent or unexpected:
        raise ValueError(f'{path}: lacks {absent}, and {unexpected} are not in the model')


def freeze_decoder(model):
    """The reference's --freeze_decoder: a copy of the word embeddings that is never trained."""
    embeddings = model.bert.embeddings.word_embeddings.weight
    model.cls.predictions.decoder.weight = torch.nn.Parameter(embeddings.detach().clone(), requires_grad=False)


def maskable_names(model):
    """The parameters that the mask chooses from: the trainable ones of the encoder. The others are dense (the head)."""
    return [n for n, p in model.named_parameters() if n.startswith('bert.') and p.requires_grad]
