import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refused } from '../../../test/support/files.ts';
import { inventSft, type InventedSft } from '../../../test/support/inventSft.ts';
import {
  inventSentences,
  tinyWorkspace,
  type TinyWorkspace,
  writeTinyXlmR,
} from '../../../test/support/tinyWorkspace.ts';
import { compiledEngine } from '../../engine/compiled/compiledEngine.ts';
import { convertSft } from '../../library/convert.ts';
import { publishedSfts } from '../../library/publishedSfts.ts';
import { universalRelations } from '../../data/parsing.ts';
import { loadTerms } from '../../library/terms.ts';
import { biaffine } from '../../model/heads/biaffine.ts';
import { questionAnswering } from '../../model/heads/questionAnswering.ts';
import { sequenceClassification } from '../../model/heads/sequenceClassification.ts';
import { loadBase } from '../base.ts';
import { evaluateFile } from '../evaluateFile.ts';
import { predictFile } from '../prediction/predictFile.ts';
import type { Evaluated } from './evaluator.ts';
import { type DataRequest, taskOfHead } from './headTask.ts';

let workspace: TinyWorkspace;
let xlmR: string;

const three = ['negative', 'neutral', 'positive'];
const inference = ['entailment', 'neutral', 'contradiction'];
const pos = publishedSfts.find(({ task }) => task === 'pos')?.labels ?? [];

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-head-task-')));
  xlmR = await writeTinyXlmR(workspace.path('xlm-r'), 3);
  const texts = inventSentences(12, 5).map((words) => words.map(({ form }) => form).join(' '));
  const rows = texts.map((text, i) => `${text}\t${three[i % 3]}`);
  writeFileSync(workspace.path('texts.tsv'), `text\tlabel\n${rows.join('\n')}\n`);
  writeFileSync(workspace.path('texts.csv'), `text,label\n${rows.join('\n').replaceAll('\t', ',')}\n`);
  const pairs = texts.map((text, i) => `${text}\t${texts[(i + 1) % 12]}\t${inference[i % 3]}`);
  writeFileSync(workspace.path('pairs.tsv'), `premise\thypothesis\tlabel\n${pairs.join('\n')}\n`);
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

/** An SFT as the reference writes it, which says nothing of itself; and the same as we write it. */
async function invented(
  base: string,
  name: string,
  options: Omit<InventedSft, 'seed'>,
): Promise<{ bin: string; ours: string }> {
  const ours = await inventSft(base, workspace.path(`${name}.sft.safetensors`), { seed: 4, ...options });
  const bin = workspace.path(name);
  await convertSft(ours, bin, { force: true });
  return { bin, ours };
}

async function evaluate(base: string, sft: string, request: DataRequest): Promise<Evaluated> {
  const engine = compiledEngine({ threads: 1 });
  return evaluateFile(await loadBase(base), [{ sft, coefficient: 1 }], { ...request, engine });
}

const classifies = { task: 'classification' };

describe('SFTs that say nothing of themselves', () => {
  it("evaluates XLM-RoBERTa's classification head on a table, its labels given", async () => {
    const { bin, ours } = await invented(xlmR, 'mood', {
      labels: three,
      head: sequenceClassification,
      metadata: classifies,
    });
    const data = workspace.path('texts.tsv');
    const found = await evaluate(xlmR, bin, { data, labels: three });
    expect(found.metric).toBe('accuracy');
    expect(found.outcomes()).toEqual((await evaluate(xlmR, ours, { data })).outcomes());
    await refused('evaluate-labels', () => evaluate(xlmR, bin, { data }));
    await refused('evaluate-task', () => evaluate(xlmR, bin, { data, labels: three, task: 'pos' }));
    await refused('evaluate-task', () => evaluate(xlmR, bin, { data, task: 'language' }));
  });

  it("evaluates BERT's on a table: told by its pooler, by the ending of the file, or by the task", async () => {
    const base = workspace.path('base');
    const options = { labels: three, head: sequenceClassification, metadata: classifies };
    const pooled = await invented(base, 'pooled', { ...options, pooler: true });
    const bare = await invented(base, 'bare', options);
    const [tsv, csv] = [workspace.path('texts.tsv'), workspace.path('texts.csv')];
    const byPooler = await evaluate(base, pooled.bin, { data: tsv, labels: three });
    expect(byPooler.outcomes()).toEqual((await evaluate(base, pooled.ours, { data: tsv })).outcomes());
    expect(byPooler.notes.join()).toContain('taken for one of classification');
    const wanted = (await evaluate(base, bare.ours, { data: tsv })).metrics;
    const byEnding = await evaluate(base, bare.bin, { data: csv, labels: three });
    expect(byEnding.metrics).toEqual(wanted);
    const byTask = await evaluate(base, bare.bin, { data: tsv, labels: three, task: 'sentiment' });
    expect(byTask.metrics).toEqual(wanted);
    expect(byTask.notes).toEqual([]);
  });

  it('takes a published one for what the list says, with a note that its labels are not verified', async () => {
    const { ours, bin } = await invented(xlmR, 'xlmr-task-sft-nli', {
      labels: inference,
      head: sequenceClassification,
      metadata: classifies,
    });
    const data = workspace.path('pairs.tsv');
    const found = await evaluate(xlmR, bin, { data });
    const wanted = await evaluate(xlmR, ours, { data, pair: 'hypothesis' });
    expect(found.outcomes()).toEqual(wanted.outcomes());
    expect(found.notes.join('\n')).toContain('cambridgeltl/xlmr-task-sft-nli');
    expect(found.notes.join('\n')).toContain('not verified: entailment,neutral,contradiction');
    const other = await evaluate(xlmR, bin, { data, labels: [...inference].reverse() });
    expect(other.notes.join('\n')).not.toContain('not verified');
    expect(other.outcomes()).not.toEqual(found.outcomes());
    await refused('data-no-column', () => evaluate(xlmR, bin, { data: workspace.path('texts.tsv') }));
  });

  it('does so for tags, too, in evaluation and prediction; a head that does not fit the list is what it is', async () => {
    const base = workspace.path('base');
    const { bin, ours } = await invented(base, 'mbert-task-sft-pos', { labels: pos });
    const data = workspace.path('dev.conllu');
    const found = await evaluate(base, bin, { data });
    expect(found.outcomes()).toEqual((await evaluate(base, ours, { data })).outcomes());
    const engine = compiledEngine({ threads: 1 });
    const predicted = await predictFile(await loadBase(base), [{ sft: bin, coefficient: 1 }], {
      data,
      engine,
    });
    expect(predicted.notes.join('\n')).toContain('not verified: ADJ,ADP,');
    const fewer = await invented(base, 'mbert-task-sft-pos', { labels: pos.slice(1) });
    await refused('evaluate-labels', () => evaluate(base, fewer.bin, { data }));
    const answers = await invented(base, 'mbert-task-sft-pos', {
      labels: ['start', 'end'],
      head: questionAnswering,
    });
    await refused('evaluate-labels-unused', () => evaluate(base, answers.bin, { data, labels: pos }));
  });
});

describe('labels and tasks that contradict what a file says', () => {
  it('are refused, not passed over', async () => {
    const base = workspace.path('base');
    const { ours } = await invented(base, 'tags', { labels: pos });
    const data = workspace.path('dev.conllu');
    const labels = [...pos].reverse();
    await refused('evaluate-labels-other', () => evaluate(base, ours, { data, labels }));
    await refused('evaluate-task', () => evaluate(base, ours, { data, task: 'nli' }));
    expect((await evaluate(base, ours, { data, labels: pos, task: 'pos' })).metric).toBe('accuracy');
    const engine = compiledEngine({ threads: 1 });
    const alone = async (folder: string) =>
      evaluateFile(await loadBase(folder), [], { data, task: 'pos', engine });
    await refused('evaluate-no-head', () => alone(xlmR));
    await refused('evaluate-task', () => alone(base));
    const language = await inventSft(base, workspace.path('xx.sft.safetensors'), { seed: 2 });
    const text = workspace.path('dev.txt');
    await refused('evaluate-labels-unused', () => evaluate(base, language, { data: text, labels: pos }));
    await refused('evaluate-task', () => evaluate(base, language, { data: text, task: 'ner' }));
    expect((await evaluate(base, language, { data: text, task: 'language' })).metric).toBe('loss');
  });
});

describe('options of how a file is read', () => {
  const heads = {
    tagging: { labels: pos },
    classification: { labels: three, head: sequenceClassification, metadata: classifies },
    parsing: { labels: universalRelations, head: biaffine, metadata: { task: 'parsing' } },
    questionAnswering: {
      labels: ['start', 'end'],
      head: questionAnswering,
      metadata: { task: 'questionAnswering' },
    },
  };
  const given = {
    column: 'upos',
    text: 'text',
    pair: 'text',
    label: 'label',
    rename: { X: 'NOUN' },
    decoding: 'greedy',
    language: 'en',
    blockSize: 16,
  } as const;
  /** What is used, of which the rest is refused: written down here once more, from what the README says. */
  const used: Readonly<Record<string, readonly (readonly (keyof typeof given)[])[]>> = {
    tagging: [['column', 'rename'], ['column']],
    classification: [
      ['text', 'pair', 'label', 'rename'],
      ['text', 'pair'],
    ],
    parsing: [['rename', 'decoding'], ['decoding']],
    questionAnswering: [['language'], []],
    language: [['blockSize']],
  };
  const files: Readonly<Record<string, string>> = {
    tagging: 'dev.conllu',
    classification: 'texts.tsv',
    parsing: 'dev.conllu',
    questionAnswering: 'questions.json',
    language: 'dev.txt',
  };

  beforeAll(() => {
    const qas = [{ id: 'q', question: 'ba ?', answers: [{ text: 'be', answer_start: 3 }] }];
    const squad = { data: [{ paragraphs: [{ context: 'ba be bi', qas }] }] };
    writeFileSync(workspace.path('questions.json'), JSON.stringify(squad));
  });

  it.each(Object.keys(used))('are refused where they say nothing, and only there: %s', async (type) => {
    const folder = workspace.path('base');
    const file = workspace.path(`options-${type}.sft.safetensors`);
    await inventSft(
      folder,
      file,
      type === 'language' ? { seed: 2 } : { seed: 2, ...heads[type as keyof typeof heads] },
    );
    const base = await loadBase(folder);
    const [term] = await loadTerms([{ sft: file, coefficient: 1 }]);
    const data = workspace.path(files[type]);
    for (const [i, purpose] of (['evaluation', 'prediction'] as const).entries()) {
      const options = used[type].at(i);
      if (options === undefined) continue;
      for (const [name, value] of Object.entries(given)) {
        const read = () => {
          // The recipe of a pair calls its first text otherwise.
          const text = name === 'pair' && type === 'classification' ? { text: 'text' } : {};
          const task = taskOfHead(base, term, { data, ...text, [name]: value }, purpose);
          return task?.module[purpose](task.context);
        };
        if (options.some((option) => option === name)) {
          await read();
          continue;
        }
        const { message } = await refused('evaluate-option-unused', async () => read());
        const flag = name === 'blockSize' ? 'block-size' : name;
        expect(message).toContain(`--${flag} says nothing for the ${purpose}`);
      }
    }
  });

  it("are passed over where nobody said them for the head: the language of a matrix's row", async () => {
    const base = workspace.path('base');
    const { ours } = await invented(base, 'row', { labels: pos });
    const data = workspace.path('dev.conllu');
    await refused('evaluate-option-unused', () => evaluate(base, ours, { data, language: 'mt' }));
    await evaluate(base, ours, { data, language: 'mt', mayBeUnused: ['language'] });
  });

  it('names of tasks must say what the recipe in the SFT says', async () => {
    const base = workspace.path('base');
    const said = async (name: string, task: object, head: Omit<InventedSft, 'seed'>) => {
      const recipe = stringify({ kind: 'task', base: 'b', task, data: { train: 't' } });
      return (await invented(base, name, { ...head, metadata: { ...head.metadata, recipe } })).ours;
    };
    const tags = await said('said-tags', { type: 'tagging', column: 'upos' }, heads.tagging);
    const data = workspace.path('dev.conllu');
    await evaluate(base, tags, { data, task: 'pos' });
    await evaluate(base, tags, { data, task: 'tagging' });
    const { message } = await refused('evaluate-task-told', () =>
      evaluate(base, tags, { data, task: 'ner' }),
    );
    expect(message).toContain('its recipe has tags of the column upos');
    const single = await said('said-texts', { type: 'classification' }, heads.classification);
    const texts = workspace.path('texts.tsv');
    await evaluate(base, single, { data: texts, task: 'sentiment' });
    await refused('evaluate-task-told', () => evaluate(base, single, { data: texts, task: 'nli' }));
  });
});
