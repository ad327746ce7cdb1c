import { createHash } from 'node:crypto';
import type { CompositionRule } from '../../core/compositionRules.ts';
import type { Parameters } from '../../core/parameters.ts';
import type { Term } from '../../core/composition.ts';
import { hashArray } from '../../library/fingerprint.ts';
import { sftHash } from '../../library/sftHash.ts';
import type { Example } from '../../data/example.ts';
import type { ModelConfig } from '../../formats/modelFolder.ts';
import type { EvaluationData } from './evaluationData.ts';

/** Raised whenever the same model would predict something else. */
const VERSION = 1;

/** All that predictions depend on. */
export interface Predicted {
  readonly fingerprint: string;
  readonly config: ModelConfig;
  readonly engine: string;
  readonly terms: readonly Term[];
  readonly rule: CompositionRule;
  /** Parameters of the head in use, whoever has them. */
  readonly head: Parameters;
  readonly data: EvaluationData;
}

/**
 * Name of predictions in the cache, by content: of the base, of the SFTs, of the head, of the examples as the model sees them (so
 * that the file's text, tokenizer, labels, lengths and masks are in it), and the coefficients, rule and engine.
 */
export function predictionKey({ fingerprint, config, engine, terms, rule, head, data }: Predicted): string {
  return createHash('sha256')
    .update(
      JSON.stringify([
        VERSION,
        fingerprint,
        [config.modelType, config.layerNormEps, config.heads, config.raw.hidden_act],
        engine,
        terms.length > 1 ? rule : 'sum',
        terms.map(({ sft, coefficient }) => [sftHash(sft), coefficient]),
        [data.head.type, data.head.uses(config), data.outputs],
        headHash(head),
        examplesHash(data),
      ]),
    )
    .digest('hex');
}

function headHash(head: Parameters): string {
  const hash = createHash('sha256');
  for (const [name, { shape, values }] of head) {
    hash.update(`${name} [${shape.join(',')}]\n`);
    hashArray(hash, values);
  }
  return hash.digest('hex');
}

const known = new WeakMap<EvaluationData, string>();

function examplesHash(data: EvaluationData): string {
  const found = data.streamed?.hash ?? known.get(data) ?? hashOfExamples(data);
  known.set(data, found);
  return found;
}

function hashOfExamples({ inputs, variant }: EvaluationData): string {
  const hash = newExamplesHash(variant);
  for (const example of inputs) hash.add(example);
  return hash.digest();
}

/** A hash of examples as the model sees them, one after the other. */
export function newExamplesHash(variant = ''): { add(example: Example): void; digest(): string } {
  const hash = createHash('sha256');
  let count = 0;
  return {
    add({ ids, types, visible, words, emptyHeads, labels }) {
      const arrays = [ids, types, words, labels];
      hash.update(`${JSON.stringify([...arrays.map((array) => array?.length), visible, emptyHeads])}\n`);
      for (const array of arrays) if (array !== undefined) hashArray(hash, array);
      count++;
    },
    digest: () => hash.update(`${count} ${variant.length} ${variant}\n`).digest('hex'),
  };
}
