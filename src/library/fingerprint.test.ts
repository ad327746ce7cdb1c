import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Parameter } from '../core/parameters.ts';
import { fingerprint } from './fingerprint.ts';

const weight: Parameter = { shape: [2, 1], values: Float32Array.of(0.5, -2) };
const bias: Parameter = { shape: [2], values: Float32Array.of(0, 1) };
const model = new Map([
  ['bert.encoder.layer.0.output.LayerNorm.weight', weight],
  ['bert.embeddings.LayerNorm.bias', bias],
]);

test('it is the SHA-256 of names, shapes and values in the order of the names', () => {
  const bytes = Buffer.concat([
    Buffer.from('embeddings.LayerNorm.bias [2]\n'),
    Buffer.from(bias.values.buffer as ArrayBuffer),
    Buffer.from('encoder.layer.0.output.LayerNorm.weight [2,1]\n'),
    Buffer.from(weight.values.buffer as ArrayBuffer),
  ]);
  expect(fingerprint(model)).toBe(createHash('sha256').update(bytes).digest('hex'));
});

test('head, pooler, prefix, order and old names do not count', () => {
  const other = new Map([
    ['classifier.weight', weight],
    ['roberta.pooler.dense.weight', weight],
    ['roberta.embeddings.LayerNorm.beta', bias],
    ['roberta.encoder.layer.0.output.LayerNorm.gamma', weight],
  ]);
  expect(fingerprint(other)).toBe(fingerprint(model));
});

test('a value, a shape and a name do count', () => {
  const name = 'bert.embeddings.LayerNorm.bias';
  const changed = [
    new Map(model).set(name, { shape: [2], values: Float32Array.of(0, 1 + 2 ** -23) }),
    new Map(model).set(name, { shape: [1, 2], values: bias.values }),
    new Map([...model].slice(0, 1)),
  ];
  expect(new Set([model, ...changed].map(fingerprint)).size).toBe(4);
});
