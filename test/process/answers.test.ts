import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTokenizer } from '../../src/data/tokenizer/loadTokenizer.ts';
import { readSft } from '../../src/formats/sftFile.ts';
import { sft, sftJson } from '../support/cli.ts';
import { inventSft } from '../support/inventSft.ts';
import { inventSentences, tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';

let workspace: TinyWorkspace;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-answers-')));
  writeFileSync(workspace.path('train.json'), squad(40, 1));
  writeFileSync(workspace.path('dev.json'), squad(12, 2));
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

/** Texts about each of which one question is asked: the text's second word is the answer. */
function squad(count: number, seed: number): string {
  const paragraphs = inventSentences(count, seed).map((words, i) => {
    const context = words.map(({ form }) => form).join(' ');
    const [first, second] = words;
    const answers = [{ text: second.form, answer_start: first.form.length + 1 }];
    return { context, qas: [{ id: `q${i}`, question: 'tako mi', answers }] };
  });
  return JSON.stringify({ version: '1.1', data: [{ title: 't', paragraphs }] });
}

function withoutGold({ id }: { readonly id: string }) {
  return { id, question: 'tako mi' };
}

const json = (...args: string[]) => sftJson(args, { cwd: workspace.folder });

describe('question answering from the command line', () => {
  it('trains, and evaluates as the run did at its end', async () => {
    const recipe = workspace.task('answers', {
      task: { type: 'questionAnswering', stride: 8 },
      maxLength: 24,
      data: { train: 'train.json', validation: 'dev.json' },
      full: { steps: 20 },
      sparse: { steps: 20 },
      validate: { everySteps: 10, metric: 'exactMatch' },
    });
    const done = await json('train', recipe);
    const file = workspace.path('runs/answers-1/answers.sft.safetensors');
    const { metadata, sft: trained } = await readSft(file);
    expect(metadata).toMatchObject({ task: 'questionAnswering', labels: ['start', 'end'] });
    expect([...trained.abs.keys()]).toEqual(['qa_outputs.weight', 'qa_outputs.bias']);
    const found = await json('evaluate', '--base', 'base', '--sft', file, '--data', 'dev.json');
    expect(found.metrics).toEqual(done.metrics);
    expect(found).toMatchObject({ metric: 'f1', examples: 12, of: 12 });
    const { stdout } = await sft(
      ['evaluate', '--base', 'base', '--sft', file, '--data', 'dev.json', '--sample', '8'],
      { cwd: workspace.folder },
    );
    expect(stdout).toContain('8 of 12 examples, 8 questions');
    expect(found.value).toBeGreaterThan(0.3);
  });

  it('predicts answers of questions, with or without gold ones, as they are evaluated', async () => {
    const task = ['--base', 'base', '--sft', 'runs/answers-1/answers.sft.safetensors'];
    const answersOf = async (data: string) => {
      const { text } = await json('predict', ...task, '--data', data);
      const rows = String(text).trim().split('\n');
      return rows.map((row) => JSON.parse(row) as { id: string; question: string; answer: string });
    };
    const rows = await answersOf('dev.json');
    const { data } = JSON.parse(readFileSync(workspace.path('dev.json'), 'utf8')) as {
      data: readonly [
        { paragraphs: { context: string; qas: { id: string; answers: { text: string }[] }[] }[] },
      ];
    };
    const [{ paragraphs }] = data;
    expect(rows.map(({ id }) => id)).toEqual(paragraphs.map((_, i) => `q${i}`));
    expect(rows.map(({ question }) => question)).toEqual(paragraphs.map(() => 'tako mi'));
    for (const [i, { answer }] of rows.entries()) expect(paragraphs[i].context).toContain(answer);
    const right = rows.filter(({ answer }, i) => answer === paragraphs[i].qas[0].answers[0].text).length;
    const { metrics } = await json('evaluate', ...task, '--data', 'dev.json');
    expect(metrics).toMatchObject({ exactMatch: right / rows.length });
    const bare = {
      data: [{ paragraphs: paragraphs.map((one) => ({ ...one, qas: one.qas.map(withoutGold) })) }],
    };
    writeFileSync(workspace.path('bare.json'), JSON.stringify(bare));
    expect(await answersOf('bare.json')).toEqual(rows);
    const { code, stderr } = await sft(['predict', ...task, '--data', 'bare.json', '--format', 'conllu'], {
      cwd: workspace.folder,
    });
    expect([code, stderr]).toEqual([1, expect.stringContaining('jsonl')]);
  });

  it('estimates it, and exports it as a model of transformers', async () => {
    const estimate = await json('estimate', 'answers.sft.yaml');
    expect(estimate).toMatchObject({ data: [{ type: 'answered', questions: 40 }, { questions: 12 }] });
    const file = workspace.path('runs/answers-1/answers.sft.safetensors');
    const out = workspace.path('exported');
    expect(await json('export', file, '--base', 'base', '--out', out)).toMatchObject({
      architecture: 'BertForQuestionAnswering',
    });
    const onnx = ['--out', 'onnx', '--format', 'onnx'];
    expect(await json('export', file, '--base', 'base', ...onnx)).toMatchObject({ folder: 'onnx' });
    expect(readdirSync(workspace.path('onnx', 'onnx'))).toEqual(['model.onnx']);
    // Its tokenizer, made from a vocabulary, gives the same ids.
    const [made, own] = await Promise.all(
      ['onnx', 'base'].map((name) => loadTokenizer(workspace.path(name))),
    );
    rmSync(workspace.path('onnx', 'vocab.txt'));
    expect((await loadTokenizer(workspace.path('onnx'))).encodePair('tako mi', null)).toEqual(
      own.encodePair('tako mi', null),
    );
    expect(made.encodePair('zeva lu', null)).toEqual(own.encodePair('zeva lu', null));
    const found = await json('evaluate', '--base', out, '--data', 'dev.json');
    expect(found).toMatchObject({ metric: 'f1', examples: 12 });
  });

  it('counts paragraphs and questions that a language SFT has read', async () => {
    const [{ paragraphs }] = (
      JSON.parse(readFileSync(workspace.path('dev.json'), 'utf8')) as {
        data: { paragraphs: { context: string }[] }[];
      }
    ).data;
    const read = paragraphs.slice(0, 3).map(({ context }) => context);
    writeFileSync(workspace.path('read.txt'), `${read.join('\n')}\nother lines\n`);
    await inventSft(workspace.path('base'), workspace.path('reader.sft.safetensors'), {
      seed: 9,
      metadata: { recipe: 'kind: language\nname: reader\nbase: base\ndata: { text: read.txt }\n' },
    });
    const sfts = ['--sft', 'runs/answers-1/answers.sft.safetensors', '--sft', 'reader.sft.safetensors'];
    const on = ['--base', 'base', '--data', 'dev.json'];
    const { notes } = await json('evaluate', ...on, ...sfts, '--head', '1');
    const found =
      /^(\d+) of (\d+) paragraphs and 0 of 12 questions of the file dev\.json stand in the text of the SFT reader\.$/;
    const counts = (notes as string[]).flatMap((note) => found.exec(note)?.slice(1).map(Number) ?? []);
    const distinct = new Set(paragraphs.map(({ context }) => context));
    expect(counts).toEqual([new Set(read).size, distinct.size]);
  });

  it('names an answer that is not in its text', async () => {
    writeFileSync(workspace.path('bad.json'), squad(1, 3).replace(/"text":"\w+"/, '"text":"absent"'));
    const recipe = workspace.task('bad', {
      task: { type: 'questionAnswering' },
      data: { train: 'bad.json' },
      validate: undefined,
    });
    const { code, stderr } = await sft(['train', recipe], { cwd: workspace.folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/bad\.json/);
  });
});
