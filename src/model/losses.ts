import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { InputSpec, NamedTensors } from '../engine/program.ts';
import type { StepShape } from '../data/shape.ts';
import { arcScores, relationScores } from './heads/biaffine.ts';
import type { Head } from './heads/head.ts';
import { crossEntropy } from './ops/crossEntropy.ts';
import { EXAMPLE_CANDIDATES } from './wordInputs.ts';

/** What a head's output is judged by: inputs of the training program beside the batch, and the loss. */
export interface Loss {
  inputs(shape: StepShape): InputSpec[];
  /** `output`: the head's, logits [reads, labels] or the states of words. */
  of(output: Tensor, inputs: NamedTensors): Scalar;
}

/** The loss of a head. */
export function lossOf({ reads }: Pick<Head, 'reads'>): Loss {
  if (reads === 'words') return treeLoss;
  return reads === 'spans' ? spanLoss : labelLoss;
}

/** Cross-entropy of each read's label: `picks` int32 [reads, 2] (read, label), `weights` [reads]. */
const labelLoss: Loss = {
  inputs: ({ reads }) => [
    { name: 'picks', shape: [reads, 2], type: 'int32', varies: [0] },
    { name: 'weights', shape: [reads], type: 'float32', varies: [0] },
  ],
  of: (logits, inputs) => crossEntropy(logits, inputs.picks, inputs.weights),
};

/** Examples with which a program is traced; their number is free when it runs. */
const EXAMPLE_SPANS = 3;

/**
 * Where a span starts and where it ends, each a softmax over the positions of its example (BertForQuestionAnswering). For
 * either: `SIDE` [examples, 2] picks the column of the logits, `members` [examples, reads] is 0 at an example's own reads and
 * a large negative number elsewhere, `SIDE.picks` int32 [examples, 2] (example, read), `SIDE.weights` [examples].
 */
const spanLoss: Loss = {
  inputs: ({ reads }) => [
    { name: 'members', shape: [EXAMPLE_SPANS, reads], type: 'float32', varies: [0, 1] },
    ...['start', 'end'].flatMap((side): InputSpec[] => [
      { name: side, shape: [EXAMPLE_SPANS, 2], type: 'float32', varies: [0] },
      { name: `${side}.picks`, shape: [EXAMPLE_SPANS, 2], type: 'int32', varies: [0] },
      { name: `${side}.weights`, shape: [EXAMPLE_SPANS], type: 'float32', varies: [0] },
    ]),
  ],
  of(logits, inputs) {
    const side = (name: string) => {
      const scores = inputs[name].matMul(logits, false, true).add(inputs.members);
      return crossEntropy(scores, inputs[`${name}.picks`], inputs[`${name}.weights`]);
    };
    return side('start').add(side('end'));
  },
};

/**
 * Which candidate is the head of each word, and which relation holds between the two (the reference's BertForBiaffineParsing):
 * a softmax each. `allowed` [C, C] is added to the scores of arcs: 0 within an example, a large negative number elsewhere;
 * `heads` [C, C] has a 1 at the gold head; `arcs.picks` and `relations.picks` int32 [C, 2], `weights` [C].
 */
const treeLoss: Loss = {
  inputs: () => [
    ...['allowed', 'heads'].map((name): InputSpec => ({
      name,
      shape: [EXAMPLE_CANDIDATES, EXAMPLE_CANDIDATES],
      type: 'float32',
      varies: [0, 1],
    })),
    ...['arcs.picks', 'relations.picks'].map((name): InputSpec => ({
      name,
      shape: [EXAMPLE_CANDIDATES, 2],
      type: 'int32',
      varies: [0],
    })),
    { name: 'weights', shape: [EXAMPLE_CANDIDATES], type: 'float32', varies: [0] },
  ],
  of(states, inputs) {
    const arcs = crossEntropy(
      arcScores(states, inputs).add(inputs.allowed),
      inputs['arcs.picks'],
      inputs.weights,
    );
    const relations = relationScores(states, inputs.heads, inputs);
    return arcs.add(crossEntropy(relations, inputs['relations.picks'], inputs.weights));
  },
};
