import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { applySfts } from '../../src/core/composition.ts';
import { normal } from '../../src/core/random.ts';
import { readModelConfig, readModelParameters } from '../../src/formats/modelFolder.ts';
import { readSft } from '../../src/formats/sftFile.ts';
import { cliFile, sft, sftJson, type CliResult } from '../support/cli.ts';
import { writeModel } from '../support/tinyModel.ts';
import { tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';
import { eventsOf, runInterrupted, runResult } from './killed-run.ts';

let workspace: TinyWorkspace;

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-train-')));
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

const run = (...args: string[]): Promise<CliResult> => sft(args, { cwd: workspace.folder });

/** Runs `sft` with --json; it must succeed, and its last line is the result. */
async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await run(...args, '--json');
  expect(code, `${stdout}${stderr}`).toBe(0);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
}

describe('from raw text and a treebank to a composed model', () => {
  const language = 'runs/xx-1/xx.sft.safetensors';
  const task = 'runs/pos-1/pos.sft.safetensors';

  it('trains with the output matrix that the base has of its own, evaluates with it and exports it', async () => {
    const own = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-untied-')));
    onTestFinished(() => rmSync(own.folder, { recursive: true, force: true }));
    const config = JSON.parse(readFileSync(own.path('base', 'config.json'), 'utf8')) as object;
    writeFileSync(own.path('base', 'config.json'), JSON.stringify({ ...config, tie_word_embeddings: false }));
    const parameters = await readModelParameters(own.path('base'), readModelConfig(own.path('base')));
    const word = parameters.get('bert.embeddings.word_embeddings.weight')!;
    const matrix = { shape: word.shape, values: word.values.map((_, i) => 0.3 * normal(9, i)) };
    await writeModel(own.path('base'), new Map([...parameters, ['cls.predictions.decoder.weight', matrix]]));
    // Without the decoder in freeze, it would be the word embeddings elsewhere.
    const recipe = own.language('own', { freeze: ['layerNorm'], apply: undefined });
    const done = await sftJson(['train', recipe], { cwd: own.folder });
    const file = own.path('runs/own-1/own.sft.safetensors');
    const given = ['--data', 'dev.txt', '--block-size', '24'];
    const found = await sftJson(['evaluate', '--base', 'base', '--sft', file, ...given], { cwd: own.folder });
    expect(found.value).toBeCloseTo((done.metrics as { loss: number }).loss, 5);
    await sftJson(['export', file, '--base', 'base', '--out', 'out'], { cwd: own.folder });
    const exported = await sftJson(['evaluate', '--base', 'out', ...given], { cwd: own.folder });
    expect(exported.value).toBeCloseTo(found.value as number, 5);
    const tied = own.language('tied', { mlm: { blockSize: 24, untie: false } });
    expect(await sft(['train', tied], { cwd: own.folder })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/tied\.sft\.yaml:\d+: The base model has an output matrix of its own/),
    });
  });

  it('trains a language SFT, and a task SFT with it applied', async () => {
    const text = await run('train', workspace.language('xx', { mlm: { blockSize: 46 } }));
    expect(text).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(
        /xx\.sft\.safetensors {2}600 entries {2}loss [\d.]+ \(95 % interval [\d.]+ to [\d.]+\)/,
      ),
    });
    // Without a terminal: whole lines, and one in as many steps as the recipe says.
    expect(text.stderr).toMatch(/^full phase: 12 steps$/m);
    expect(text.stderr).toMatch(/^sparse 8\/12 · loss \d\.\d{3} · .* left · all .* s$/m);
    expect(text.stderr).toMatch(/^validation after 12 sparse steps: loss/m);
    // oxlint-disable-next-line no-control-regex
    expect(text.stdout + text.stderr).not.toMatch(/[\x1b\r█░]/);

    const recipe = workspace.task('pos', { apply: [language] });
    const done = await json('train', recipe);
    expect(done).toMatchObject({ type: 'done', file: workspace.path(task), entries: 600 });
    const { metadata, sft } = await readSft(workspace.path(task));
    expect(metadata).toMatchObject({
      kind: 'task',
      baseName: 'base',
      task: 'tagging',
      k: 600,
      reproducible: true,
    });
    expect(metadata.labels).toEqual(['ADJ', 'ADV', 'NOUN', 'PUNCT', 'VERB']);
    expect([...sft.abs.keys()]).toEqual(['classifier.weight', 'classifier.bias']);
    const { interval } = metadata;
    expect(interval).toMatchObject({ metric: 'accuracy' });
    expect(interval!.low).toBeLessThanOrEqual(metadata.metrics!.accuracy);
    expect(interval!.high).toBeGreaterThanOrEqual(metadata.metrics!.accuracy);
    expect(done.interval).toEqual(interval);
    expect(eventsOf(workspace.path('runs/pos-1')).at(-1)).toEqual(done);
  });

  it('evaluates both together, as validation found', async () => {
    const found = await json(
      'evaluate',
      '--base',
      'base',
      '--sft',
      task,
      '--sft',
      language,
      '--data',
      'dev.conllu',
    );
    const { metadata } = await readSft(workspace.path(task));
    expect(found).toMatchObject({
      metric: 'accuracy',
      metrics: metadata.metrics,
      examples: 12,
      warnings: [],
    });
    expect(found.value).toBe(metadata.metrics?.accuracy);
    const [low, high] = found.interval as [number, number];
    expect(metadata.interval).toEqual({ metric: 'accuracy', low, high });
    expect(low).toBeLessThanOrEqual(found.value as number);
    expect(high).toBeGreaterThanOrEqual(found.value as number);
    const text = await run('evaluate', '--base', 'base', '--sft', `${task}@0.5`, '--data', 'dev.conllu');
    expect(text.stdout).toMatch(/^accuracy [\d.]+ % {2}95 % interval/);
    const alone = await json('evaluate', '--base', 'base', '--sft', language, '--data', 'dev.txt');
    // p0 + (p - p0) is not p to the last bit.
    expectClose(alone.metrics, (await readSft(workspace.path(language))).metadata.metrics);
  });

  it('shows what a file holds', async () => {
    const found = await json('inspect', task);
    expect(found).toMatchObject({ entries: 600, metadata: { kind: 'task', k: 600 } });
    const { cells } = found.density as { cells: { row: string; entries: number }[] };
    const sparse = cells.filter(({ row }) => row !== 'head');
    expect(sparse.reduce((sum, { entries }) => sum + entries, 0)).toBe(600);
    const { stdout } = await run('inspect', task);
    expect(stdout).toContain('head: classifier.weight [5, 32]');
  });

  it('composes, and exports the same model', async () => {
    const together = ['--base', 'base', '--sft', task, '--sft', language, '--data', 'dev.conllu'];
    const expected = await json('evaluate', ...together);
    const composed = await json('compose', task, language, '--out', 'both.sft.safetensors');
    expect(composed).toMatchObject({ file: 'both.sft.safetensors', metadata: { kind: 'composed' } });
    const one = ['--base', 'base', '--sft', 'both.sft.safetensors', '--data', 'dev.conllu'];
    expect((await json('evaluate', ...one)).metrics).toEqual(expected.metrics);

    const exported = await json('export', task, language, '--base', 'base', '--out', 'exported');
    expect(exported).toMatchObject({ architecture: 'BertForTokenClassification' });
    const config = readModelConfig(workspace.path('exported'));
    expect(config.raw).toMatchObject({ id2label: { 0: 'ADJ' }, hidden_size: 32 });
    const parameters = await readModelParameters(workspace.path('exported'), config);
    const base = await readModelParameters(workspace.path('base'), readModelConfig(workspace.path('base')));
    const terms = await Promise.all(
      [task, language].map(async (file) => ({
        sft: (await readSft(workspace.path(file))).sft,
        coefficient: 1,
      })),
    );
    for (const [name, { values }] of applySfts(base, terms))
      if (!/cls\.|pooler/.test(name)) expect(parameters.get(name)?.values, name).toEqual(values);
    expect((await json('evaluate', '--base', 'exported', '--data', 'dev.conllu')).metrics).toEqual(
      expected.metrics,
    );
    expect(await run('export', task, '--base', 'base', '--out', 'exported')).toMatchObject({ code: 1 });
  });

  it('exports a language model that predicts as the SFT did', async () => {
    await json('export', language, '--base', 'base', '--out', 'spoken');
    const { metadata } = await readSft(workspace.path(language));
    const found = await json('evaluate', '--base', 'spoken', '--data', 'dev.txt', '--block-size', '46');
    expectClose(found.metrics, metadata.metrics);
  });

  it('goes on from a task SFT with its head', async () => {
    const recipe = workspace.task('more', {
      apply: [{ sft: task, head: true }, language],
      full: { steps: 2 },
      sparse: { steps: 2 },
    });
    await json('train', recipe);
    const [first] = eventsOf(workspace.path('runs/more-1')).filter(({ type }) => type === 'step');
    const [fresh] = eventsOf(workspace.path('runs/pos-1')).filter(({ type }) => type === 'step');
    expect(first.loss).toBeLessThan(fresh.loss as number);
  });

  it('goes on with the labels of a head, also where the new data have fewer', async () => {
    const few = readFileSync(workspace.path('train.conllu'), 'utf8').replaceAll(
      /\t(ADV|VERB)\t/g,
      '\tNOUN\t',
    );
    writeFileSync(workspace.path('few.conllu'), few);
    const more = {
      apply: [{ sft: task, head: true }, language],
      data: { train: 'few.conllu', validation: 'dev.conllu' },
      optimizer: { learningRate: 1e-9, batchSize: 8 },
    };
    await json('train', workspace.task('few', more));
    const [before, after] = [task, 'runs/few-1/few.sft.safetensors'].map((file) =>
      readSft(workspace.path(file)),
    );
    expect((await after).metadata.labels).toEqual((await before).metadata.labels);
    expect((await after).metadata.metrics).toEqual((await before).metadata.metrics);
  });

  it('goes on with a language SFT where that ended', async () => {
    const more = {
      apply: [{ sft: language, head: true }],
      mlm: { blockSize: 46 },
      optimizer: { learningRate: 1e-9, batchSize: 4 },
    };
    await json('train', workspace.language('further', more));
    const [before, after] = [language, 'runs/further-1/further.sft.safetensors'].map((file) =>
      readSft(workspace.path(file)),
    );
    expectClose((await after).metadata.metrics, (await before).metadata.metrics);
  });

  it.each([
    [
      'a head of another task',
      { apply: [{ sft: language, head: true }] },
      /:\d+: .*has a head for language.*tagging/,
    ],
    [
      'labels that the head has not',
      { apply: [{ sft: task, head: true }], task: { type: 'tagging', labels: ['NOUN', 'VERB'] } },
      /:\d+: task\.labels is not what the head of pos\.sft\.safetensors tells apart: ADJ, ADV, NOUN, PUNCT, VERB/,
    ],
    ['a frozen head that nothing brings', { freeze: ['head'] }, /:\d+: freeze holds the head, but neither/],
  ])('refuses %s, and says where', async (_, fields, sentence) => {
    const { code, stderr } = await run('train', workspace.task('refused', fields));
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
  });
});

it('writes recipes to start from', async () => {
  for (const template of ['language', 'pos']) {
    const shown = await run('init', '--template', template, '--stdout');
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(await json('init', 'mine', '--template', template)).toEqual({ file: 'mine.sft.yaml' });
    expect(await run('init', 'mine', '--template', template)).toMatchObject({ code: 1 });
    rmSync(workspace.path('mine.sft.yaml'));
    const data = template === 'pos' ? 'train.conllu' : 'text.txt';
    const fields = ['--base', 'base', '--data', data, '--language', 'xx'];
    await json('init', `from-${template}`, '--template', template, ...fields);
    const file = workspace.path(`from-${template}.sft.yaml`);
    writeFileSync(file, readFileSync(file, 'utf8').replace('# preset: quick', 'preset: quick'));
    // Nothing but the preset was filled in, and it trains.
    await runInterrupted({
      cwd: workspace.folder,
      args: ['train', file, '--out', `from-${template}`],
      signal: 'SIGINT',
      seed: 1,
      times: 1,
      lines: 4,
      resume: false,
    });
    expect(eventsOf(workspace.path(`from-${template}`)).at(-1)).toMatchObject({ type: 'stopped' });
  }
});

describe('exit codes', () => {
  it.each([
    { args: ['--help'], code: 0, stdout: /Usage: sft/ },
    { args: ['--version'], code: 0, stdout: /^\d+\.\d+\.\d+\n$/ },
    { args: [], code: 2, stderr: /Usage: sft/ },
    { args: ['fly'], code: 2, stderr: /unknown command/ },
    { args: ['train'], code: 2, stderr: /missing required argument/ },
    { args: ['train', 'x.sft.yaml', '--threads', '0'], code: 2, stderr: /whole number from 1 to 1024/ },
    {
      args: ['train', 'absent.sft.yaml'],
      code: 1,
      stderr: /^sft: There is no file or folder absent\.sft\.yaml\. /,
    },
    {
      args: ['train', 'absent.sft.yaml', '--json'],
      code: 1,
      stdout: /^\{"error":\{"code":"file-missing",.*\}\}\n$/,
    },
  ])('$args', async ({ args, code, stdout = /^/, stderr = /^/ }) => {
    const found = await run(...args);
    expect(found.code).toBe(code);
    expect(found.stdout).toMatch(stdout);
    expect(found.stderr).toMatch(stderr);
  });
});

describe('what cannot be written', () => {
  it('does not cost an evaluation its figures', async () => {
    const recipe = workspace.task('figures', { full: { steps: 2 }, sparse: { steps: 2 } });
    const { file } = await json('train', recipe);
    const args = ['evaluate', '--base', 'base', '--sft', file as string, '--data', 'dev.conllu'];
    const env = { SFT_HOME: workspace.path('text.txt') };
    const { code, stdout, stderr } = await sft(args, { cwd: workspace.folder, env });
    expect({ code, stdout, stderr }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^accuracy [\d.]+ %/),
      stderr: expect.stringContaining('note: Not recorded: '),
    });
  });

  it.skipIf(!existsSync('/dev/full'))(
    'is said in a sentence, where it is the output, too (needs /dev/full)',
    () => {
      const { status, stderr } = spawnSync(
        'sh',
        ['-c', '"$0" "$1" inspect runs/pos-1/pos.sft.safetensors > /dev/full', process.execPath, cliFile],
        { cwd: workspace.folder, encoding: 'utf8' },
      );
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr: expect.stringMatching(/^sft: standard output: .*the disk is full[^\n]*\n$/),
      });
    },
  );

  it('is not what is there already, unless that is said', async () => {
    const file = workspace.path('mine.conllu');
    writeFileSync(file, 'mine');
    const given = ['--base', 'base', '--sft', 'runs/pos-1/pos.sft.safetensors', '--data', 'dev.conllu'];
    for (const args of [
      ['predict', ...given, '--out', file],
      ['evaluate', ...given, '--examples', file],
    ]) {
      const { code, stderr } = await run(...args);
      expect({ code, stderr }).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('it would be lost'),
      });
      expect(readFileSync(file, 'utf8')).toBe('mine');
      await json(...args, '--replace');
      expect(readFileSync(file, 'utf8')).not.toBe('mine');
      writeFileSync(file, 'mine');
    }
  });
});

describe('Ctrl-C', () => {
  it('stops after the step, keeps a checkpoint and says how to go on', async () => {
    const recipe = workspace.task('stop', { full: { steps: 1000 }, checkpoint: { everySteps: 1000 } });
    const { code, stdout } = await sft(['train', recipe, '--json', '--out', 'stopped'], {
      cwd: workspace.folder,
      onLine: (line, child) => void (line.includes('"step":5,') && child.kill('SIGINT')),
    });
    expect(code).toBe(130);
    expect(stdout).toMatch(/"type":"stopped".*\n$/);
    const record = JSON.parse(readFileSync(workspace.path('stopped/checkpoint/state.json'), 'utf8')) as {
      position: { step: number };
    };
    const steps = eventsOf(workspace.path('stopped')).filter(({ type }) => type === 'step');
    expect(record.position.step).toBe(steps.length);
  });

  it('is still stopped where it cannot be resumed, since its recipe was changed', async () => {
    const recipe = workspace.task('changed', { full: { steps: 1000 }, checkpoint: { everySteps: 1000 } });
    const args = ['train', recipe, '--json', '--out', 'kept-as-it-was'];
    await sft(args, {
      cwd: workspace.folder,
      onLine: (line, child) => void (line.includes('"step":5,') && child.kill('SIGINT')),
    });
    writeFileSync(recipe, readFileSync(recipe, 'utf8').replace('seed: 7', 'seed: 8'));
    const refused = await run('train', recipe, '--resume', '--out', 'kept-as-it-was');
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/belongs to another recipe/),
    });
    expect(eventsOf(workspace.path('kept-as-it-was')).at(-1)).toMatchObject({ type: 'stopped' });
  });

  it('stops too when nobody reads what it says', async () => {
    const recipe = workspace.task('deaf', { full: { steps: 100_000 } });
    const { code, stderr } = await sft(['train', recipe, '--json', '--out', 'deaf', '--yes'], {
      cwd: workspace.folder,
      onLine: (_, child) => child.stdout?.destroy(),
    });
    expect(stderr).not.toContain('Error');
    expect(code).toBe(130);
    expect(eventsOf(workspace.path('deaf')).at(-1)).toMatchObject({ type: 'stopped' });
  });
});

const hasScript = process.platform === 'linux' && works('script', ['--version']);

it.skipIf(!hasScript)('draws one line over and over on a terminal (needs the program script)', () => {
  const recipe = workspace.task('seen');
  const command = [process.execPath, cliFile, 'train', recipe].map((part) => `'${part}'`).join(' ');
  const shown = execFileSync('script', ['-qec', command, '/dev/null'], {
    cwd: workspace.folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  expect(shown).toMatch(/[█░]{4,24} full \d+\/12 · loss [\d.]+/);
  expect(shown).toContain('\u001b[2K');
  expect(shown).toMatch(/seen\.sft\.safetensors {2}600 entries {2}accuracy/);
});

/** Every way of training, each with an interruption: what comes out is the same to the bit. */
describe('an interrupted run ends as an undisturbed one', () => {
  const short = { full: { steps: 7 }, sparse: { steps: 7 } };
  const decay = { learningRate: 0.01, batchSize: 4, weightDecay: 0.1 };
  const iob = {
    task: { type: 'tagging', column: 'tag' },
    data: { train: 'train.tsv', validation: 'dev.tsv' },
    validate: { everySteps: 3, metric: 'f1Strict' },
  };
  it.each([
    {
      name: 'language, decoder untied and trained, 2 iterations',
      kind: 'language',
      fields: { ...short, mlm: { blockSize: 24, untie: true }, select: { k: 500, iterations: 2 } },
    },
    {
      name: 'language, decoder tied and trained, accumulation',
      kind: 'language',
      fields: {
        ...short,
        mlm: { blockSize: 24, untie: false },
        optimizer: { learningRate: 0.01, batchSize: 2, accumulate: 2 },
      },
    },
    {
      name: 'language, a budget of layers, weight decay, 2 iterations',
      kind: 'language',
      fields: {
        ...short,
        optimizer: decay,
        select: { k: 500, iterations: 2, budget: { emb: '30%', 1: 40 } },
      },
    },
    {
      name: 'language, embeddings frozen, random mask, lines',
      kind: 'language',
      fields: {
        ...short,
        mlm: { blockSize: 30, lines: true },
        freeze: ['embeddings', 'decoder'],
        select: { k: 500, by: 'random' },
      },
    },
    {
      name: 'language, all parameters, no validation',
      kind: 'language',
      fields: {
        ...short,
        method: 'full',
        data: { text: 'text.txt', validationShare: 0 },
        validate: undefined,
      },
    },
    {
      name: 'task, randomPerTensor, embeddings frozen, accumulation',
      kind: 'task',
      fields: {
        ...short,
        freeze: ['embeddings'],
        select: { k: 500, by: 'randomPerTensor' },
        optimizer: { learningRate: 0.01, batchSize: 3, accumulate: 3 },
      },
    },
    {
      name: 'task, names in two columns, weight decay, 2 iterations, epochs',
      kind: 'task',
      fields: {
        ...iob,
        full: { epochs: 1 },
        sparse: { epochs: 1.5 },
        optimizer: { ...decay, batchSize: 8 },
        select: { k: 500, iterations: 2 },
      },
    },
    {
      name: 'task, all parameters, weight decay',
      kind: 'task',
      fields: { ...short, method: 'full', optimizer: decay },
    },
    {
      name: 'task, two sources, one with a language, accumulation',
      kind: 'task',
      fields: {
        ...short,
        optimizer: { learningRate: 0.01, batchSize: 4, accumulate: 2 },
        data: undefined,
        sources: [
          {
            name: 'aa',
            train: 'train.conllu',
            validation: 'dev.conllu',
            apply: ['runs/xx-1/xx.sft.safetensors'],
          },
          { name: 'bb', train: 'dev.conllu', repeat: 2 },
        ],
      },
    },
    {
      name: 'task, parsing, weight decay',
      kind: 'task',
      fields: { ...short, task: { type: 'parsing' }, validate: { everySteps: 3 }, optimizer: decay },
    },
    {
      name: 'task, a mask that settles, within layers',
      kind: 'task',
      fields: {
        ...short,
        full: { steps: 30, settle: { overlap: 0.6, over: 2 } },
        report: { everySteps: 2 },
        select: { k: 300, within: ['0-1'], budget: { 1: '40%' } },
      },
    },
    { name: 'task, head alone', kind: 'task', fields: { ...short, method: 'head' } },
    {
      name: 'task, layer norms trained, L1 on sparse parameters only, warm-up, random mask, 2 iterations',
      kind: 'task',
      fields: {
        full: { steps: 6, l1: 0.1 },
        sparse: { steps: 6, l1: 0.1 },
        l1OnSparseOnly: true,
        freeze: [],
        optimizer: { learningRate: 0.01, batchSize: 8, warmupSteps: 2 },
        select: { k: 500, by: 'random', iterations: 2 },
      },
    },
  ])('$name', async ({ name, kind, fields }) => {
    const { folder: cwd } = workspace;
    const title = name.replaceAll(/\W+/g, '-');
    const recipe = kind === 'task' ? workspace.task(title, fields) : workspace.language(title, fields);
    const args = (out: string) => ['train', recipe, '--threads', '1', '--out', `${title}-${out}`];
    const undisturbed = await run(...args('a'), '--json');
    expect(undisturbed.code, undisturbed.stdout + undisturbed.stderr).toBe(0);
    const lines = undisturbed.stdout.split('\n').length;
    // A run that is over before the signal comes does not count.
    let out = '';
    for (let seed = title.length, times = 0; times === 0; seed++) {
      out = `b${seed}`;
      times = await runInterrupted({ cwd, args: args(out), signal: 'SIGINT', seed, times: 1, lines });
    }
    const found = await runResult(workspace.path(`${title}-${out}`));
    expect(Object.keys(found.sft).length).toBeGreaterThan(1);
    expect(found).toEqual(await runResult(workspace.path(`${title}-a`)));
  });
});

it('says that a run which went on on another machine is not the same bit for bit', async () => {
  const { folder: cwd } = workspace;
  const recipe = workspace.task('moved', { full: { steps: 200 } });
  const stop = {
    cwd,
    args: ['train', recipe, '--out', 'moved'],
    signal: 'SIGINT',
    times: 1,
    lines: 12,
    resume: false,
  } as const;
  await runInterrupted({ ...stop, seed: 1 });
  const file = workspace.path('moved/checkpoint/state.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/"processor": ".*"/, '"processor": "another"'));
  const { code, stderr } = await run('train', recipe, '--out', 'moved', '--resume');
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('another processor than before'),
  });
  expect((await readSft(workspace.path('moved/moved.sft.safetensors'))).metadata.reproducible).toBe(false);
});

it('resumes a recipe of any file name, one that ends as that of a run does too', async () => {
  for (const [name, runs] of [
    ['pos-recipe.yaml', 'runs'],
    ['own/recipe.yaml', 'own/runs'],
  ] as const) {
    const file = workspace.path(name);
    mkdirSync(dirname(file), { recursive: true });
    const text = readFileSync(workspace.task('plain', { full: { steps: 2 }, sparse: { steps: 2 } }), 'utf8');
    writeFileSync(
      file,
      text
        .replaceAll('train.conllu', workspace.path('train.conllu'))
        .replaceAll('dev.conllu', workspace.path('dev.conllu'))
        .replace('./base', workspace.path('base')),
    );
    const done = await json('train', file);
    expect(done.file).toBe(workspace.path(runs, 'plain-1/plain.sft.safetensors'));
    expect(await json('train', file, '--resume')).toEqual(done);
  }
});

it('an SFT of a run whose validation has nothing to be counted is read as any other', async () => {
  const recipe = workspace.language('nothing', {
    mlm: { blockSize: 24, probability: 0.00001 },
    full: { steps: 2 },
    sparse: { steps: 2 },
  });
  const { file } = await json('train', recipe);
  expect(await json('inspect', file as string)).toMatchObject({ metadata: { metrics: {} } });
});

it('trains and evaluates without leaving anything in the home folder, as what tells others of it would', async () => {
  const home = workspace.path('home');
  mkdirSync(home);
  const env = { HOME: home, USERPROFILE: home, XDG_CACHE_HOME: undefined, ORT_DISABLE_TELEMETRY: undefined };
  const recipe = workspace.task('silent', { full: { steps: 2 }, sparse: { steps: 2 } });
  const given = { cwd: workspace.folder, env };
  const { file } = await sftJson(['train', recipe], given);
  await sftJson(['evaluate', '--base', 'base', '--sft', file as string, '--data', 'dev.conllu'], given);
  expect(readdirSync(home)).toEqual([]);
});

it('says again what came of a run that is finished, and starts none', async () => {
  const recipe = workspace.task('again', { full: { steps: 2 }, sparse: { steps: 2 } });
  const done = await json('train', recipe);
  expect(await json('train', recipe, '--resume')).toEqual(done);
  rmSync(done.file as string);
  expect(await run('train', recipe, '--resume')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('This run is finished'),
  });
});

function expectClose(found: unknown, expected: Readonly<Record<string, number>> | undefined): void {
  const close = Object.entries(expected ?? {}).map(([name, value]) => [
    name,
    expect.closeTo(value, 3) as unknown,
  ]);
  expect(found).toEqual(Object.fromEntries(close));
}

function works(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
