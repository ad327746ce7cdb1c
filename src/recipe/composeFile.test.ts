import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refused } from '../../test/support/files.ts';
import { mutations } from '../../test/support/mutate.ts';
import { UserError } from '../core/errors/userError.ts';
import {
  type ComposeDocument,
  type ComposeSetting,
  compositionRules,
  emptySetting,
  mostPast,
  newComposeDocument,
} from '../protocol/compose.ts';
import { parseCompose, stringifyCompose } from './composeFile.ts';

const folder = join(tmpdir(), 'bench');
const file = join(folder, 'mine.compose.yaml');
const path = fc
  .tuple(fc.constantFrom('', 'runs', '..', join('..', 'other')), fc.stringMatching(/^[\p{L} :#'"@-]{1,12}$/u))
  .filter(([, name]) => name.trim() !== '' && name !== 'none')
  .map(([within, name]) => join(folder, within, `${name}.sft.safetensors`));
const coefficient = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((x) => (x === 0 ? 0 : x));
const setting = (on: fc.Arbitrary<boolean>): fc.Arbitrary<ComposeSetting> =>
  fc.record({
    rows: fc.uniqueArray(fc.record({ file: path, coefficient, on }), {
      selector: (row) => row.file,
      maxLength: 4,
    }),
    rule: fc.constantFrom(...compositionRules),
    head: fc.option(fc.oneof(fc.constant('none'), path)),
    force: fc.constant(false),
  });
const number = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (x === 0 ? 0 : x)));
const figure = fc.record({
  metric: fc.constantFrom('accuracy', 'loss'),
  value: number,
  low: number,
  high: number,
  examples: fc.nat(),
});
const documents: fc.Arbitrary<ComposeDocument> = fc.record({
  base: fc.option(path),
  setting: setting(fc.boolean()),
  data: fc.option(
    fc.record(
      {
        data: path,
        column: fc.constantFrom('upos', 'tag'),
        role: fc.constantFrom('dev', 'test'),
        task: fc.constantFrom('pos', 'tagging', 'language'),
      },
      { requiredKeys: ['data', 'column'] },
    ),
  ),
  reference: fc.option(
    fc.record({ name: fc.string({ maxLength: 1000 }), setting: setting(fc.constant(true)) }),
  ),
  history: fc.array(
    fc.record({
      setting: setting(fc.constant(true)),
      data: path,
      figure,
      time: fc.constant('2026-01-02T03:04:05.000Z'),
    }),
    { maxLength: 3 },
  ),
  sweep: fc.option(
    fc.uniqueArray(path, { minLength: 1, maxLength: 2 }).chain((files) =>
      fc.record({
        axes: fc.tuple(
          ...files.map((one) =>
            fc.record({
              file: fc.constant(one),
              from: coefficient,
              to: coefficient,
              count: fc.integer({ min: 2, max: 101 }),
            }),
          ),
        ),
        setting: fc.option(setting(fc.boolean())),
        data: path,
        metric: fc.constant('accuracy'),
        examples: fc.nat(),
        time: fc.option(fc.constant('2026-01-02T03:04:05.000Z'), { nil: undefined }),
        points: fc.array(
          fc.record({
            coefficients: fc.array(coefficient, { minLength: files.length, maxLength: files.length }),
            value: number,
            low: number,
            high: number,
          }),
          { maxLength: 3 },
        ),
      }),
    ),
  ),
});

const settingOf = (rows: number): ComposeSetting => ({
  ...emptySetting,
  rows: Array.from({ length: rows }, (_, i) => ({
    file: join(folder, 'runs', `a language with a long name-${i}`, 'adapted.sft.safetensors'),
    coefficient: 1 / (i + 3),
    on: true,
  })),
});

const fullBench = (rows: number): ComposeDocument => ({
  ...newComposeDocument(settingOf(rows).rows),
  history: Array.from({ length: mostPast }, (_, i) => ({
    setting: settingOf(rows),
    data: join(folder, 'dev.conllu'),
    figure: { metric: 'accuracy', value: 1 / 3, low: 0.1, high: 2 / 3, examples: i },
    time: '2026-01-02T03:04:05.000Z',
  })),
  sweep: {
    data: join(folder, 'dev.conllu'),
    metric: 'accuracy',
    examples: 12,
    setting: settingOf(rows),
    axes: settingOf(2).rows.map((row) => ({ file: row.file, from: -1, to: 2, count: 31 })),
    points: Array.from({ length: 31 * 31 }, (_, i) => ({
      coefficients: [1 / 3, i / 7],
      value: 1 / 3,
      low: 1 / 7,
      high: 2 / 3,
    })),
  },
});

describe('a compose file', () => {
  it('gives back every bench that was written into it', () => {
    fc.assert(
      fc.property(documents, (document) => {
        expect(parseCompose(stringifyCompose(document, file), file)).toEqual(document);
      }),
    );
  });

  it('takes all that a bench may gather, and gives up the oldest of what is more', () => {
    const usual = fullBench(4);
    expect(parseCompose(stringifyCompose(usual, file), file)).toEqual(usual);
    const much = fullBench(70);
    const read = parseCompose(stringifyCompose(much, file), file);
    expect(read.history.length).toBeGreaterThan(20);
    expect(read).toEqual({ ...much, history: much.history.slice(-read.history.length) });
    const named = { ...newComposeDocument([]), reference: { name: 'x'.repeat(2000), setting: settingOf(1) } };
    expect(parseCompose(stringifyCompose(named, file), file).reference?.name).toHaveLength(1000);
  });

  it('names what lies in its folder from there, so that the folder can be moved', () => {
    const document = newComposeDocument([{ file: join(folder, 'runs', 'pos.sft.safetensors') }]);
    const text = stringifyCompose(document, file);
    expect(text).toContain('- { file: runs/pos.sft.safetensors, coefficient: 1 }');
    const moved = join(import.meta.dirname, 'elsewhere');
    expect(parseCompose(text, join(moved, 'mine.compose.yaml')).setting.rows[0].file).toBe(
      join(moved, 'runs', 'pos.sft.safetensors'),
    );
  });

  it.each([
    [
      'version: 1\nsfts:\n  - { file: a, coefficient: one }\n',
      'compose-file-field',
      3,
      'sfts[0].coefficient',
    ],
    ['version: 1\nsfts: []\nrule: most\n', 'compose-file-field', 3, 'rule'],
    ['version: 1\nsfts: []\ndata: { file: a, role: train }\n', 'compose-file-field', 3, 'data.role'],
    ['version: 1\nsfts: []\nsampel: 3\n', 'compose-file-field', 3, 'no such field'],
    [
      'version: 1\nsfts:\n  - { file: a, coefficient: 1 }\n  - { file: ./a, coefficient: 2 }\n',
      'compose-file-field',
      4,
      'already',
    ],
    ['version: 1\nsfts:\n  - { file: a, coefficient: .nan }\n', 'compose-file-field', 3, 'coefficient'],
    ['version: 7\nsfts: []\nmore: true\n', 'compose-file-newer', 1, 'version 7'],
    ['version: 1\nsfts: [\n', 'compose-file', 3, ''],
    ['', 'compose-file', 1, 'compose file is empty'],
    ['- 1\n', 'compose-file-field', 1, ''],
  ] as const)('says what is wrong in %j, and in which line', async (text, code, line, words) => {
    const error = await refused(code, () => parseCompose(text, file));
    expect(error.place).toEqual({ file, line });
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('recipe');
  });

  it('is read or refused, whatever has happened to it', () => {
    const history = [
      {
        setting: newComposeDocument([{ file: join(folder, 'a') }]).setting,
        data: join(folder, 'x.conllu'),
        figure: { metric: 'accuracy', value: 0.5, low: 0.4, high: 0.6, examples: 12 },
        time: '2026-01-02T03:04:05.000Z',
      },
    ];
    const good = stringifyCompose({ ...newComposeDocument([{ file: join(folder, 'a') }]), history }, file);
    fc.assert(
      fc.property(mutations(Buffer.from(good)), (bytes) => {
        try {
          parseCompose(Buffer.from(bytes).toString(), file);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          expect(error.place?.line).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });
});
