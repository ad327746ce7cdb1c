import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { insertSnippet } from '../../../test/support/snippet.ts';
import { parseHubReference } from '../../formats/hubCache.ts';
import { checkRecipe } from '../check.ts';
import { parseRecipe } from '../load.ts';
import { appliedOf } from '../sftReference.ts';
import type { Completion } from './complete.ts';
import { cursorAt } from './cursor.ts';
import { hubCompletions, type HubName } from './hubNames.ts';

const models: readonly HubName[] = [
  { reference: 'org/base', kind: 'base', detail: 'base model · bert', base: null },
  { reference: 'org/xlmr-mt', kind: 'sft', detail: 'Maltese SFT', base: 'xlmr' },
  { reference: 'org/base-mt', kind: 'sft', detail: 'Maltese SFT', base: 'org/base' },
  { reference: 'org/mine@2', kind: 'sft', detail: 'SFT', base: null },
];

async function offered(marked: string, known = models): Promise<readonly Completion[]> {
  const text = marked.replace('|', '');
  const cursor = cursorAt(text, marked.indexOf('|'));
  if (cursor === undefined) return [];
  const found = await hubCompletions(cursor, text, () => Promise.resolve(known));
  return [...found].sort((a, b) => (a.order < b.order ? -1 : 1));
}

function isSound(text: string): boolean {
  try {
    return parseHubReference(text).id !== '';
  } catch {
    return false;
  }
}

function asked(): never {
  expect.fail('asked');
}

const labels = async (marked: string) => (await offered(marked)).map(({ label }) => label);

describe('names of the Hub', () => {
  it.each([
    ['base: |', ['hf:org/base']],
    ['base: hf:|', ['hf:org/base']],
    ['base: "hf:org/|"', ['hf:org/base']],
    ['apply: [|]', ['hf:org/xlmr-mt', 'hf:org/base-mt', 'hf:org/mine@2@1']],
    // Those for the recipe's base come first.
    ['base: hf:org/base\napply:\n  - hf:|', ['hf:org/base-mt', 'hf:org/xlmr-mt', 'hf:org/mine@2@1']],
    ['base: ./models/xlmr/\napply: [hf:org/base-mt, |]', ['hf:org/xlmr-mt', 'hf:org/mine@2@1']],
    ['apply: [{ sft: | }]', ['hf:org/xlmr-mt', 'hf:org/base-mt', 'hf:org/mine@2']],
    ['sources: [{ apply: [|] }]', ['hf:org/xlmr-mt', 'hf:org/base-mt', 'hf:org/mine@2@1']],
  ])('are offered at %s', async (text, expected) => {
    expect(await labels(text)).toEqual(expected);
  });

  it.each([
    '|',
    'name: |',
    'kind: task\ndata: { train: | }',
    'apply:\n  - sft: x\n    head: |',
    '# base: |',
    'base:|',
  ])('are not at %s, and nobody is asked for them', async (marked) => {
    const text = marked.replace('|', '');
    const cursor = cursorAt(text, marked.indexOf('|'));
    expect(cursor === undefined ? [] : await hubCompletions(cursor, text, asked)).toEqual([]);
  });

  it('tell what they are', async () => {
    expect(await offered('base: |')).toMatchObject([{ detail: 'base model · bert', kind: 'value' }]);
  });
});

describe('whatever is offered', () => {
  const part = fc.stringMatching(/^[A-Za-z0-9_]([\w.-]{0,8}[A-Za-z0-9_])?$/);
  const revision = fc.stringMatching(/^\w[\w.+-]{0,6}$/);
  const reference = fc
    .tuple(part, fc.option(part), fc.option(revision))
    .map(([name, org, rev]) => `${org === null ? '' : `${org}/`}${name}${rev === null ? '' : `@${rev}`}`)
    .filter(isSound);
  const rest = {
    base: 'kind: language\ndata: { text: t, validation: v }\n',
    apply: 'kind: task\nbase: b\ndata: { train: t, validation: v }\n',
  };
  const places = [
    ['base', 'base: |\n'],
    ['base', 'base: "|"\n'],
    ['base', "base: 'hf|'\n"],
    ['base', 'base: hf:x|# why\n'],
    ['apply', 'apply: [|]\n'],
    ['apply', 'apply: [a@2, | ]\n'],
    ['apply', 'apply:\n  - |\n'],
    ['apply', 'apply: ["|"]\n'],
    ['apply', 'apply:\n  - sft: |\n    coefficient: 1\n'],
    ['apply', 'apply: [{ sft: |, head: true }]\n'],
  ] as const;

  it('is taken by the schema, and read as the model that it names', async () => {
    await fc.assert(
      fc.asyncProperty(reference, fc.constantFrom(...places), async (id, [field, line]) => {
        const kind = field === 'base' ? 'base' : 'sft';
        const marked = rest[field] + line;
        const [item] = await offered(marked, [{ reference: id, kind, detail: '', base: null }]);
        const after = insertSnippet(marked.replace('|', ''), item.replace, item.insert);
        expect(checkRecipe(after, 'r'), after).toEqual([]);
        const { recipe } = parseRecipe(after, 'r.sft.yaml');
        const read = field === 'base' ? { sft: recipe.base, coefficient: 1 } : appliedOf(recipe).at(-1);
        expect(read).toEqual({ sft: `hf:${id}`, coefficient: 1 });
      }),
      { numRuns: 500 },
    );
  });
});
