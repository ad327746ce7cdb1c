import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTokenizer } from '../../src/data/tokenizer/loadTokenizer.ts';
import { parseConllu } from '../../src/formats/conllu.ts';
import { readSft } from '../../src/formats/sftFile.ts';
import { sft, sftJson } from '../support/cli.ts';
import { runOnnx } from '../support/runOnnx.ts';
import { tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';

let workspace: TinyWorkspace;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-trees-')));
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

const json = (...args: string[]) => sftJson(args, { cwd: workspace.folder });
const best = (scores: Float32Array) => scores.indexOf(Math.max(...scores));

describe('dependency parsing from the command line', () => {
  it('learns trees, and evaluates as the run did at its end', async () => {
    const recipe = workspace.task('trees', {
      task: { type: 'parsing' },
      full: { steps: 30 },
      sparse: { steps: 30 },
      validate: { everySteps: 15, metric: 'las' },
    });
    const done = await json('train', recipe);
    const file = workspace.path('runs/trees-1/trees.sft.safetensors');
    const { metadata, sft: trained } = await readSft(file);
    expect(metadata).toMatchObject({ kind: 'task', task: 'parsing' });
    expect(metadata.labels).toHaveLength(38);
    expect([...trained.abs.keys()]).toEqual(['biaffine_arcs.weight', 'biaffine_rels.weight']);
    expect([...trained.diffs.keys()].some((name) => name.includes('pooler'))).toBe(true);
    const found = await json('evaluate', '--base', 'base', '--sft', file, '--data', 'dev.conllu');
    expect(found.metrics).toEqual(done.metrics);
    expect(found).toMatchObject({ metric: 'las', examples: 12 });
    // Every word hangs on the first, which hangs on the root.
    expect(found.value).toBeGreaterThan(0.9);
    const data = ['--data', 'dev.conllu'];
    const greedy = await json('evaluate', '--base', 'base', '--sft', file, ...data, '--decoding', 'greedy');
    expect(Object.keys(greedy.metrics as object)).toEqual(['las', 'uas', 'lasReference', 'uasReference']);
  });

  it('estimates it, and says that transformers has no such model', async () => {
    const estimate = await json('estimate', 'trees.sft.yaml');
    expect(estimate).toMatchObject({ data: [{ type: 'tagged', sentences: 48 }, { sentences: 12 }] });
    const file = workspace.path('runs/trees-1/trees.sft.safetensors');
    const { code, stderr } = await sft(['export', file, '--base', 'base', '--out', 'model'], {
      cwd: workspace.folder,
    });
    expect(code).toBe(1);
    expect(stderr).toContain('transformers has no class');
    expect(stderr).toContain('--format onnx');
  });

  it('exports it as ONNX, which in a plain session chooses the heads and relations that sft predict writes', async () => {
    const file = workspace.path('runs/trees-1/trees.sft.safetensors');
    await json('export', file, '--base', 'base', '--out', 'onnx-model', '--format', 'onnx');
    const data = ['--sft', file, '--data', 'dev.conllu', '--decoding', 'greedy'];
    const { text } = await json('predict', '--base', 'base', ...data);
    const written = parseConllu(new TextEncoder().encode(String(text)), 'x');

    const folder = workspace.path('onnx-model');
    const tokenizer = await loadTokenizer(folder);
    const sentences = written.map(({ words }) => {
      const { ids, wordIds } = tokenizer.encodeWords(words.map(({ form }) => form));
      const starts = words.map((_, word) => wordIds.indexOf(word));
      return { ids, words: [...starts, wordIds.length - 1] };
    });
    const { arc_scores: arcs, relation_scores: relations } = await runOnnx(
      join(folder, 'onnx/model.onnx'),
      sentences,
      0,
    );
    const { id2label } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as {
      id2label: Record<string, string>;
    };
    const count = Object.keys(id2label).length;
    const [, longest, heads] = arcs.dims;
    written.forEach(({ words }, s) => {
      words.forEach((word, w) => {
        const row = (s * longest + w) * heads;
        const head = best(arcs.data.subarray(row, row + words.length + 1));
        const at = (row + head) * count;
        expect([head, id2label[best(relations.data.subarray(at, at + count))]]).toEqual([
          word.head,
          word.deprel,
        ]);
      });
    });
  });

  it.each([
    ['1\ta\t_\t_\t_\t_\t2\tdep\t_\t_\n2\tb\t_\t_\t_\t_\t1\tdep\t_\t_\n\n', 'bad.conllu:1'],
    ['1\ta\t_\t_\t_\t_\t0\troot\t_\t_\n2\tb\t_\t_\t_\t_\t1\tfoo\t_\t_\n\n', 'bad.conllu:2'],
  ])('names the line of a sentence that is no tree: %j', async (text, place) => {
    writeFileSync(workspace.path('bad.conllu'), text);
    const recipe = workspace.task('bad', {
      task: { type: 'parsing' },
      data: { train: 'bad.conllu' },
      validate: undefined,
    });
    const { code, stderr } = await sft(['train', recipe], { cwd: workspace.folder });
    expect(code).toBe(1);
    expect(stderr).toContain(place);
  });

  it('trains on relations of its own, where the recipe names them as the error advises', async () => {
    const text = '1\ta\t_\t_\t_\t_\t0\troot\t_\t_\n2\tb\t_\t_\t_\t_\t1\tfoo:bar\t_\t_\n\n';
    writeFileSync(workspace.path('own.conllu'), text);
    const fields = { data: { train: 'own.conllu' }, validate: undefined };
    const unknown = workspace.task('unknown', { task: { type: 'parsing' }, ...fields });
    const { stderr } = await sft(['train', unknown], { cwd: workspace.folder });
    expect(stderr).toContain("the recipe's task.relations: [...]");
    const own = workspace.task('own', { task: { type: 'parsing', relations: ['root', 'foo'] }, ...fields });
    await json('train', own);
    const file = workspace.path('runs/own-1/own.sft.safetensors');
    expect((await readSft(file)).metadata.labels).toEqual(['root', 'foo']);
    const found = await json('evaluate', '--base', 'base', '--sft', file, '--data', 'own.conllu');
    expect(found).toMatchObject({ metric: 'las', units: 2 });
  });

  it('trains, estimates and evaluates on files that name relations otherwise, as the recipe or --rename says', async () => {
    for (const part of ['train', 'dev']) {
      const text = readFileSync(workspace.path(`${part}.conllu`), 'utf8');
      writeFileSync(workspace.path(`${part}-old.conllu`), text.replaceAll('\tdep\t', '\told:way\t'));
    }
    const trained = { full: { steps: 6 }, sparse: { steps: 6 } };
    const usual = workspace.task('usual', {
      ...trained,
      task: { type: 'parsing' },
      validate: { everySteps: 3, metric: 'las' },
    });
    const old = workspace.task('old', {
      ...trained,
      task: { type: 'parsing', rename: { old: 'dep' } },
      data: { train: 'train-old.conllu', validation: 'dev-old.conllu' },
      validate: { everySteps: 3, metric: 'las' },
    });
    await json('estimate', old);
    const done = await json('train', old);
    expect(done.metrics).toEqual((await json('train', usual)).metrics);
    const evaluate = (name: string, ...more: string[]) => {
      const file = workspace.path(`runs/${name}-1/${name}.sft.safetensors`);
      return ['evaluate', '--base', 'base', '--sft', file, '--data', 'dev-old.conllu', ...more];
    };
    expect((await json(...evaluate('old'))).metrics).toEqual(done.metrics);
    expect((await json(...evaluate('usual', '--rename', 'old:way=dep'))).metrics).toEqual(done.metrics);
    const unknown = await sft(evaluate('usual'), { cwd: workspace.folder });
    expect(unknown.stderr).toMatch(/dev-old\.conllu:2: The relation "old:way" .*--rename/);
    const column = await sft(evaluate('old', '--column', 'upos'), { cwd: workspace.folder });
    expect(column.code).toBe(1);
    expect(column.stderr).toContain('--column says nothing for the evaluation of the head in use');
  });
});
