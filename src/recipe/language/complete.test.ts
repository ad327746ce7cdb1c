import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandSnippet, insertSnippet } from '../../../test/support/snippet.ts';
import { checkRecipe } from '../check.ts';
import { recipeTemplate, recipeTemplates } from '../templates.ts';
import { complete, type Completion } from './complete.ts';
import { cursorAt } from './cursor.ts';
import { type Field, recipeField } from './fields.ts';
import { hoverAt } from './hover.ts';
import { outlineOf } from './outline.ts';
import { symbolsOf } from './symbols.ts';

/** What is offered at the `|` of a text. */
function offered(marked: string): readonly Completion[] {
  const at = marked.indexOf('|');
  const cursor = cursorAt(marked.replace('|', ''), at);
  return cursor === undefined ? [] : complete(cursor);
}

function labels(marked: string): readonly string[] {
  return [...offered(marked)].sort((a, b) => (a.order < b.order ? -1 : 1)).map(({ label }) => label);
}

/** The text after the completion of this label is taken at the `|`. */
function taken(marked: string, label: string): string {
  const item = offered(marked).find((item) => item.label === label);
  expect(item, `${label} among ${labels(marked).join(', ')}`).toBeDefined();
  return insertSnippet(marked.replace('|', ''), item!.replace, item!.insert);
}

const head = 'kind: task\nbase: b\n';

describe('fields are offered where one may stand', () => {
  it('required ones first, and those that are there not again', () => {
    expect(labels('|').slice(0, 3)).toEqual(['kind', 'base', 'data']);
    expect(labels(`${head}|`)[0]).toBe('data');
    expect(labels(`${head}|`)).not.toContain('base');
    expect(labels(`${head}|`)).toContain('optimizer');
  });

  it('those of the kind of recipe', () => {
    expect(labels(`${head}|`)).toContain('maxLength');
    expect(labels(`${head}|`)).not.toContain('mlm');
    expect(labels('kind: language\n|')).toContain('mlm');
    expect(labels('data:\n  text: x\n|')).not.toContain('task');
    expect(labels('|')).toEqual(expect.arrayContaining(['mlm', 'task']));
    expect(labels('data:\n  |')).toEqual(expect.arrayContaining(['text', 'train', 'validation']));
  });

  it.each([
    ['below a group', `${head}optimizer:\n  |\nseed: 1`],
    ['in the middle of a block', `${head}optimizer:\n  batchSize: 4\n  |\n  accumulate: 2\nseed: 1`],
    ['at the end of a block', `${head}optimizer:\n  batchSize: 4\n  |`],
    ['half written', `${head}optimizer:\n  batchSize: 4\n  war|\nseed: 1`],
    ['with tabs and CRLF', `${head}optimizer:\r\n  batchSize: 4\r\n  |\r\nseed: 1\r\n`],
    ['in braces', `${head}optimizer: { batchSize: 4, | }\nseed: 1`],
    ['in empty braces', `${head}optimizer: {|}`],
    ['in braces before others', `${head}optimizer: { | batchSize: 4 }`],
    ['in braces that are still open', `${head}optimizer: { batchSize: 4, |\nseed: 1`],
    ['in braces over lines', `${head}optimizer: {\n  batchSize: 4,\n  |\n}\nseed: 1`],
    ['beside other errors', `kind: tusk\nbase: [\noptimizer:\n  |\nx: "`],
    ['over a name', `${head}optimizer:\n  warm|up: 3\n`],
    ['in JSON', '{ "kind": "task", "optimizer": { "|": 1 } }'],
  ])('%s', (_, text) => {
    expect(labels(text)).toContain('warmupSteps');
    expect(labels(text)).not.toContain('seed');
    expect(labels(text)).not.toContain('kind');
    if (text.includes('batchSize')) expect(labels(text)).not.toContain('batchSize');
  });

  it('of the entries of a list', () => {
    expect(labels('apply:\n  - |')).toEqual(expect.arrayContaining(['sft', 'head']));
    expect(labels('apply:\n- sft: x\n  |')).toEqual(['coefficient', 'head']);
    expect(labels('apply: [{ sft: x, | }]')).toEqual(['coefficient', 'head']);
    expect(labels('apply:\n  - { | }')).toContain('sft');
  });

  it('of the type of task', () => {
    expect(labels('kind: task\ntask: { type: tagging, | }')).toEqual(['column', 'labels', 'rename']);
    expect(labels('task:\n  type: classification\n  |')).toEqual([
      'labels',
      'rename',
      'text',
      'pair',
      'label',
    ]);
    expect(labels('task: { | }')[0]).toBe('type');
  });

  it('but not beside one that excludes it', () => {
    expect(labels('select:\n  k: 3\n  |')).toEqual(['by', 'within', 'budget', 'iterations']);
    expect(labels('sparse: { steps: 3, | }')).toEqual(['l1']);
    expect(labels('full: { epochs: 3, | }')).not.toContain('steps');
    expect(labels('kind: language\ndata: { text: a, validation: b, | }')).toEqual([]);
  });

  it.each([
    ['in a comment', '# ki|nd'],
    ['after a comment sign', 'kind: task # |'],
    ['in a field that there is not', 'nonsense:\n  |'],
    ['below a value', 'seed: 1\n  |'],
    ['in a text of several lines', 'name: |-\n  a |\n'.replace('|-', '>')],
    ['after a list', 'freeze: [head] |'],
    ['before other words', 'kind: task\n| of the language'],
    ['inside a value', 'method: lt| sft'],
  ])('nothing %s', (_, text) => {
    expect(labels(text)).toEqual([]);
  });

  it('and written with a value to start from', () => {
    expect(taken('|', 'kind')).toBe('kind: language');
    expect(taken(`${head}|`, 'data')).toBe(`${head}data:\n  train: `);
    expect(taken(`${head}optimizer:\n  lear|`, 'learningRate')).toBe(
      `${head}optimizer:\n  learningRate: 5.0e-5`,
    );
    expect(taken('kind: language\noptimizer: { | }', 'batchSize')).toContain('{ batchSize: 4 }');
    expect(taken('select: { | }', 'by')).toBe('select: { by: lottery }');
    expect(taken('select: { | k: 3 }', 'by')).toBe('select: { by: lottery, k: 3 }');
    expect(taken('opt|: { batchSize: 4 }', 'optimizer')).toBe('optimizer: { batchSize: 4 }');
    expect(taken('kind: language\nfre|', 'freeze')).toBe('kind: language\nfreeze: [layerNorm, decoder]');
    expect(taken('apply:\n  - s|', 'sft')).toBe('apply:\n  - sft: ');
    expect(taken('kind: language\npreset: quick\nmlm:\n  |', 'blockSize')).toContain('blockSize: 256');
  });
});

describe('values are offered where one may stand', () => {
  it.each([
    ['method: |', ['ltsft', 'full', 'head']],
    ['kind: |\nbase: x', ['language', 'task']],
    ['kind:\n  |', ['language', 'task']],
    ['kind: la|', ['language', 'task']],
    ['kind: "la|"', ['language', 'task']],
    ['kind: language\nmethod: |', ['ltsft', 'full']],
    ['kind: task\nvalidate: { metric: | }', ['accuracy', 'f1']],
    ['kind: task\nfreeze: [layerNorm, |]', ['embeddings', 'head']],
    ['kind: language\nfreeze:\n  - |', ['layerNorm', 'embeddings', 'decoder', 'head']],
    ['l1OnSparseOnly: |', ['false', 'true']],
    ['seed: |', ['42']],
    ['kind: task\nvalidate:\n  everySteps: | # often\n', ['250']],
    ['kind: task\nselect: |', ['{ }']],
    ['task: { type: | }', ['tagging', 'classification', 'parsing', 'questionAnswering']],
    ['apply: |', ['[ ]']],
    ['dropout: |', ['0.1', '{ }']],
    ['preset: |# comment', ['quick']],
  ])('%s', (text, expected) => {
    expect(labels(text)).toEqual(expected);
  });

  it('and take the place of the word that is there, not of a comment', () => {
    expect(taken('method: lt|x # why', 'full')).toBe('method: full # why');
    expect(taken('method: |# why', 'full')).toBe('method: full # why');
    expect(taken('freeze: [la|, head]', 'layerNorm')).toBe('freeze: [layerNorm, head]');
    expect(taken('kind: "|"', 'task')).toBe('kind: "task"');
    expect(taken('validate: |', '{ }')).toBe('validate: {  }');
  });
});

describe('whatever is offered', () => {
  const positions = recipeTemplates.flatMap((template) => {
    const text = recipeTemplate(template);
    const open = text.replaceAll(/^(\s*)# ([a-z0-9]+: )/gm, '$1$2');
    const block = `kind: language\nbase: b\ndata:\n  text: [a]\nselect:\n  by: lottery\napply:\n  - sft: x\n`;
    return [text, open, block].flatMap((text) => Array.from(text, (_, at) => ({ text, at })));
  });
  const names = [
    'recipe-unknown-key',
    'recipe-other-kind',
    'recipe-either-or',
    'recipe-choice',
    'recipe-duplicate-key',
    'recipe-yaml',
  ];
  const bad = (text: string): string[] =>
    checkRecipe(text, 'r').flatMap(({ code, path }) =>
      names.includes(code) && path[0] !== 'kind' ? [`${code} ${path.at(-1) ?? ''}`] : [],
    );

  it('at any place of a template, cut off there or not, makes no new problem', () => {
    const place = fc.record({
      position: fc.constantFrom(...positions),
      cut: fc.boolean(),
      line: fc.constantFrom('', '\n', '\n  '),
      pick: fc.nat(),
    });
    const run = fc.property(place, ({ position: { text, at }, cut, line, pick }) => {
      const typed = text.slice(0, at) + line + (cut ? '' : text.slice(at));
      const cursor = cursorAt(typed, at + line.length);
      symbolsOf(typed);
      hoverAt(typed, at);
      const items = cursor === undefined ? [] : complete(cursor);
      // Another kind of recipe or task has other fields.
      if (items.length === 0 || ['kind', 'type'].includes(`${cursor?.field?.at(-1) ?? ''}`)) return;
      const item = items[pick % items.length];
      const after = insertSnippet(typed, item.replace, item.insert);
      expect(bad(after), after).not.toContain(`recipe-unknown-key ${item.label}`);
      // Another name may not fit the value that is there already, and lines broken at random may end in broken YAML.
      if (cursor?.named === true || [typed, after].some((text) => bad(text).join().includes('recipe-yaml')))
        return;
      expect(bad(after).length, `${item.label} in\n${after}`).toBeLessThanOrEqual(bad(typed).length);
    });
    fc.assert(run, { numRuns: 3000 });
  });

  it('before the type of a task in the same braces, only what that type has', () => {
    const text = 'kind: task\nbase: b\ntask: { type: questionAnswering }\ndata: { train: t }\n';
    const cursor = cursorAt(text, text.indexOf('{') + 1);
    const labels = cursor === undefined ? [] : complete(cursor).map(({ label }) => label);
    expect(labels).toContain('stride');
    expect(labels).not.toContain('labels');
  });

  it('every field as it is completed makes a well-formed recipe', () => {
    const whole = {
      language: 'kind: language\nbase: b\ndata: { text: t, validation: v }\n',
      task: 'kind: task\nbase: b\ndata: { train: t, validation: v }\n',
    };
    for (const kind of ['language', 'task'] as const) {
      const visit = (field: Field): void => {
        for (const inner of field.fields) {
          if (
            /^(kind|base|data|sources|apply|name|language|task\.(labels|relations|rename)|select\.within|full\.from)/.test(
              inner.address,
            )
          )
            continue;
          const [first = 'tagging'] = inner.forms;
          const form = inner.forms.includes('tagging') ? 'tagging' : first;
          const required = field.address === 'task' && inner.name !== 'type' ? `type: ${form}, ` : '';
          const text =
            field.address === ''
              ? `${whole[kind]}|`
              : `${whole[kind]}${field.address.replaceAll('.', ': { ')}: { ${required}|${' }'.repeat(field.address.split('.').length)}`;
          if (inner.fields.length === 0)
            expect(checkRecipe(taken(text, inner.name), 'r'), inner.address).toEqual([]);
          visit(inner);
        }
      };
      visit(recipeField(kind));
    }
  });

  it('every choice is one that the checker takes, and none is left out', () => {
    for (const kind of ['language', 'task'] as const) {
      const data = kind === 'task' ? 'train: t, validation: v' : 'text: t, validation: v';
      const start = `kind: ${kind}\nbase: b\ndata: { ${data} }\n`;
      const tags = ['upos', 'tag', 'tag, labels: [O, B-X]', 'upos, labels: [O, B-X]', 'tag, labels: [O, X]'];
      const byTags = tags.map((column): readonly [string, string, readonly string[]] => [
        `task: { type: tagging, column: ${column} }\nvalidate: { metric: `,
        ' }',
        ['accuracy', 'f1', 'f1Strict', 'las'],
      ]);
      const cases: readonly (readonly [string, string, readonly string[]])[] = [
        ['method: ', '', ['ltsft', 'full', 'head']],
        ['freeze: [', ']', ['layerNorm', 'embeddings', 'decoder', 'head']],
        ['validate: { metric: ', ' }', ['loss', 'accuracy', 'f1', 'f1Strict', 'las']],
        ['select: { by: ', ' }', ['lottery', 'random', 'randomPerTensor']],
        ['preset: ', '', ['quick']],
        ...(kind === 'task' ? byTags : []),
      ];
      for (const [before, after, all] of cases) {
        const good = all.filter((word) => checkRecipe(`${start}${before}${word}${after}`, 'r').length === 0);
        expect([...labels(`${start}${before}|${after}`)].sort()).toEqual([...good].sort());
      }
    }
  });
});

it('reads a snippet as an editor does', () => {
  expect(expandSnippet('${1:a$2} $1 ${2|b\\,c,d|} \\$x \\} $0')).toBe('ab,c ab,c b,c $x } ');
  expect(outlineOf('').root.entries).toEqual([]);
});
