import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyWorkspace, type TinyWorkspace } from '../../../test/support/tinyWorkspace.ts';
import { type ConlluWord, parseConllu } from '../../formats/conllu.ts';
import type { Predictor } from '../../training/predictor.ts';
import { newWeights } from '../../training/weights.ts';
import { type Base, loadBase } from '../base.ts';
import type { TaskOverrides } from './module.ts';
import { parsing } from './parsing.ts';

let workspace: TinyWorkspace;
let base: Base;
/** Which nobody looks at. */
const weights = newWeights(new Map(), new Map(), { modelType: 'bert' }, []);
const between = () => Promise.resolve();

const row = (id: number, form: string, head: number, deprel: string) =>
  `${id}\t${form}\t_\t_\t_\t_\t${head}\t${deprel}\t_\t_\n`;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-parsing-')));
  base = await loadBase(workspace.path('base'));
  writeFileSync(
    workspace.path('one.conllu'),
    `${row(1, 'ba', 2, 'obj')}${row(2, 'be', 0, 'root')}${row(3, 'bi', 2, 'obj')}\n`,
  );
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

const elsewhere = () => Promise.reject(new Error('A parser is not asked for this.'));

/** A parser of sentences of three words that wants the second one at the root, and has these best relations, and next best ones. */
function parserThatSays(best: readonly number[], next: readonly number[]): Predictor {
  const scores = [
    [0, 0, 9, 0],
    [9, 0, 0, 0],
    [0, 0, 9, 0],
  ].flat();
  return {
    logits: elsewhere,
    labelLosses: elsewhere,
    release: elsewhere,
    parse: async (_, examples, choose) =>
      examples.map((__, e) =>
        choose(e, Float32Array.from(scores)).map((heads) => ({
          heads,
          relations: Int32Array.from(best),
          otherRelations: Int32Array.from(next),
        })),
      ),
  };
}

/** What a parser with these relations would say of the file, and what of it is written. */
async function written(labels: readonly string[], parser: Predictor, options: TaskOverrides = {}) {
  const data = workspace.path('one.conllu');
  const context = { base, labels, written: undefined, maxLength: 40, options: { data, ...options } };
  const found = await parsing.prediction(context);
  const content = found.write(await found.predict(parser, weights, [0], between), 'conllu');
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const [{ words }] = parseConllu(bytes, 'written');
  return words.map(({ head, deprel }: ConlluWord) => `${head} ${deprel}`);
}

describe('a tree that is written', () => {
  const relations = ['nsubj', 'obj', 'root'];
  // As the reference trains them, parsers have no say about the word at the root.
  const parser = parserThatSays([2, 0, 1], [1, 1, 0]);

  it('has the relation root at its root and nowhere else', async () => {
    expect(await written(relations, parser)).toEqual(['2 obj', '0 root', '2 obj']);
  });

  it('has what the parser says where that knows no root, or where heads are not chosen as a tree', async () => {
    const greedy = { decoding: 'greedy' } as const;
    expect(await written(relations, parser, greedy)).toEqual(['2 root', '0 nsubj', '2 obj']);
    expect(await written(['nsubj', 'obj', 'top'], parser)).toEqual(['2 top', '0 nsubj', '2 obj']);
  });

  it('is not the one that is scored, as the reference scores its own', async () => {
    const options = { data: workspace.path('one.conllu') };
    const found = await parsing.evaluation({
      base,
      labels: relations,
      written: undefined,
      maxLength: 40,
      options,
    });
    const { metrics } = found.score([0], await found.predict(parser, weights, [0], between));
    expect(metrics).toMatchObject({ uas: 1, las: 1 / 3 });
  });
});
