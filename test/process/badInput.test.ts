import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliFile, sft } from '../support/cli.ts';
import { tinyWorkspace, writeTinyBase, type TinyWorkspace } from '../support/tinyWorkspace.ts';
import { eventsOf, runResult } from './killed-run.ts';

let workspace: TinyWorkspace;
/** A treebank of 48 sentences. */
let treebank: string;
const quick = { full: { steps: 3 }, sparse: { steps: 3 } };
/** Of a task that was trained on `base`. */
const trained = 'runs/good-1/good.sft.safetensors';

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-bad-')));
  treebank = readFileSync(workspace.path('train.conllu'), 'utf8');
  await writeTinyBase(workspace.path('other'), 2);
  await accepted('train', workspace.task('good', quick));
});

afterAll(() => rmSync(workspace.folder, { recursive: true, force: true }));

/** Runs `sft` with one thread where it trains; gives both outputs. */
async function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const threads = args[0] === 'train' || args[0] === 'evaluate' ? ['--threads', '1'] : [];
  return sft([...args, ...threads], { cwd: workspace.folder });
}

async function accepted(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const found = await run(...args);
  expect(found.code, found.stderr).toBe(0);
  return found;
}

/** Expects exit code 1 and one line of error: `place` and, after it, what is wrong; then what to do. */
async function refused(
  args: readonly string[],
  place: string | undefined,
  what: RegExp | string,
): Promise<string> {
  const { code, stdout, stderr } = await run(...args);
  expect(code, `${stdout}${stderr}`).toBe(1);
  const last = stderr.trimEnd().split('\n').at(-1) ?? '';
  expect(stderr).not.toMatch(/^ +at |Error:/m);
  expect(last).toMatch(/^sft: .*\. .*[.?]$/);
  const start = place === undefined ? 'sft: ' : `sft: ${workspace.path(place)}`;
  expect(
    last.startsWith(start) || last.startsWith(`sft: ${place}`),
    `${last} should start with ${start}`,
  ).toBe(true);
  expect(last).toMatch(what);
  return last;
}

/** Arguments that train on raw text. */
function trainText(file: string): string[] {
  const fields = { data: { text: file, validationShare: 0 }, validate: undefined };
  return ['train', workspace.language('bad', fields)];
}

/** Arguments that evaluate an SFT. */
function evaluate(file: string, base = 'base'): string[] {
  return ['evaluate', '--base', base, '--sft', file, '--data', 'dev.conllu'];
}

/** What a training run comes to, less its name and time. */
async function resultOf(name: string, data: Record<string, string>): Promise<string> {
  const { stdout } = await accepted(...train(name, { data }));
  return stdout.replace(/^.* {2}600/, '600').replace(/ {2}[^ ]* s\n$/, '');
}

function cutNote(data: string): string {
  return (
    `note: 1 sentence of the ${data} is longer than 48 word pieces; ` +
    '14 words at its end were cut off (in evaluation they count as errors).'
  );
}

/** Line of a recipe on which a text stands. */
function lineOf(name: string, text: string): number {
  const lines = readFileSync(workspace.path(`${name}.sft.yaml`), 'utf8').split('\n');
  return lines.findIndex((line) => line.includes(text)) + 1;
}

function write(name: string, content: string | Uint8Array): string {
  writeFileSync(workspace.path(name), content);
  return name;
}

const columns = { type: 'tagging', column: 'tag' };
const train = (name: string, fields: Record<string, unknown>): string[] => [
  'train',
  workspace.task(name, { ...quick, ...fields }),
];

describe('data', () => {
  const first = '1\tba\t_\tNOUN\t_\t_\t0\troot\t_\t_\n';
  it.each([
    {
      what: 'too few columns',
      text: `${first}2\tbe\tVERB\n\n`,
      line: 2,
      says: /10 columns, separated by tabs; this one has 3/,
    },
    {
      what: 'blanks for tabs',
      text: `# a\n${first.replaceAll('\t', '    ')}\n`,
      line: 2,
      says: /10 columns/,
    },
    {
      what: 'a head that is not there',
      text: `${first.replace('\t0\t', '\t9\t')}\n`,
      line: 1,
      says: /head "9"/,
    },
    {
      what: 'a number out of order',
      text: `${first}3\tbe\t_\tVERB\t_\t_\t1\tdep\t_\t_\n\n`,
      line: 2,
      says: /word number 2 is expected/,
    },
    { what: 'nothing at all', text: '', says: /holds no / },
    { what: 'comments alone', text: '# nothing\n\n', says: /holds no / },
    {
      what: 'a column of blanks',
      text: `${first.replace('NOUN', '_')}\n`,
      says: /No word has a value in the column upos/,
    },
    {
      what: 'broken UTF-8',
      text: Buffer.concat([Buffer.from(first), Buffer.from([0x32, 0x09, 0xc3, 0x28, 0x0a])]),
      line: 2,
      says: /not valid UTF-8/,
    },
    {
      what: 'UTF-16',
      text: Buffer.from(`\ufeff${first}\n`, 'utf16le'),
      says: /not valid UTF-8 \(it looks like UTF-16/,
    },
  ])('$what in CoNLL-U', async ({ what, text, line, says }) => {
    const file = write(`${what}.conllu`, text);
    await refused(
      train('bad', { data: { train: file }, validate: undefined }),
      line === undefined ? file : `${file}:${line}:`,
      says,
    );
  });

  it('a line of one column, or of four, in a two-column file', async () => {
    for (const text of ['ba\tO\nbe\n', 'ba\tO\na\tb\tc\td\n']) {
      const file = write('columns.tsv', text);
      await refused(
        train('bad', { task: columns, data: { train: file }, validate: undefined }),
        `${file}:2:`,
        /must hold a word and its tag/,
      );
    }
  });

  it('a label that the training data lack, in validation and in evaluation', async () => {
    const file = write('new.conllu', `${first}2\tbe\t_\tBOTH\t_\t_\t1\tdep\t_\t_\n\n`);
    const says =
      /The label "BOTH" does not occur in the training data, whose labels are: ADJ, ADV, NOUN, PUNCT, VERB\./;
    await refused(train('bad', { data: { train: 'train.conllu', validation: file } }), `${file}:2:`, says);
    await refused(['evaluate', '--base', 'base', '--sft', trained, '--data', file], `${file}:2:`, says);
  });

  it('texts that all have one label', async () => {
    const file = write('one.csv', 'text,label\nba be,good\nda di,good\n');
    await refused(
      train('bad', { task: { type: 'classification' }, data: { train: file }, validate: undefined }),
      `${file}: `,
      /Every text has the label "good" in the column "label"/,
    );
  });

  it('text that does not fill a block, and none at all', async () => {
    await refused(trainText(write('short.txt', 'ba be\n')), 'short.txt', /do not fill one block of 24/);
    await refused(trainText(write('empty.txt', '\n  \n')), 'empty.txt', /holds no /);
  });

  it('CRLF and BOM change nothing', async () => {
    const file = write('dos.conllu', `\ufeff${treebank.replaceAll('\n', '\r\n')}`);
    const unix = await resultOf('unix', { train: 'train.conllu', validation: 'dev.conllu' });
    expect(await resultOf('dos', { train: file, validation: 'dev.conllu' })).toBe(unix);
  });

  it('a sentence longer than the model is cut, which is said, and its lost words count as errors', async () => {
    const words = Array.from(
      { length: 60 },
      (_, i) => `${i + 1}\tba\t_\tNOUN\t_\t_\t${Number(i > 0)}\tdep\t_\t_\n`,
    );
    const file = write('long.conllu', `${words.join('')}\n`);
    const { stderr } = await accepted(
      ...train('long', { data: { train: ['train.conllu', file], validation: file } }),
    );
    expect(stderr).toContain(cutNote('training data'));
    expect(stderr).toContain(cutNote('validation data'));
    const { stdout } = await accepted(
      'evaluate',
      '--base',
      'base',
      '--sft',
      trained,
      '--data',
      file,
      '--json',
    );
    const found = JSON.parse(stdout) as { value: number; units: number; notes: string[] };
    expect(found.units).toBe(60);
    expect(found.value).toBeLessThanOrEqual(46 / 60);
    const notes = [
      cutNote('data').slice('note: '.length),
      expect.stringContaining('drawn from a single unit'),
    ];
    expect(found.notes).toEqual(notes);
  });
});

describe('recipes', () => {
  it.each([
    { fields: { select: { k: 0 } }, at: 'k: 0', says: /select\.k must be/ },
    {
      fields: { select: { k: 1_000_000 } },
      at: 'select:',
      says: /asks for 1000000 parameters, but the mask of this base has room for 1 to 23104/,
    },
    { fields: { select: { density: 1.5 } }, at: 'density', says: /select\.density must be/ },
    { fields: { select: { k: 2, iterations: 3 } }, at: 'iterations', says: /is above select\.k/ },
    { fields: { optimiser: {} }, at: 'optimiser', says: /Did you mean optimizer\?/ },
    { fields: { base: './absent' }, at: 'base', says: /names the folder \.\/absent, which does not exist/ },
    { fields: { base: './train.conllu' }, at: 'base', says: /not a folder/ },
    { fields: { data: { train: 'absent.conllu' } }, at: 'absent', says: /does not exist/ },
    { fields: { maxLength: 5000 }, at: 'maxLength', says: /the base model takes at most 48 word pieces/ },
    { fields: { seed: 'one' }, at: 'seed', says: /seed must be/ },
    { fields: { kind: 'language' }, at: 'data:', says: /data lacks "text"/ },
  ])('$fields', async ({ fields, at, says }) => {
    const args = train('wrong', fields);
    await refused(args, `wrong.sft.yaml:${lineOf('wrong', at)}:`, says);
  });

  it.each([
    { text: '', says: /The recipe is empty/ },
    { text: 'kind: task\nbase: [\n', says: /not valid YAML/ },
    { text: 'kind: task\n\tbase: x\n', says: /not valid YAML/ },
    { text: Buffer.from([0x6b, 0xff, 0xfe]), says: /not valid UTF-8/ },
    { text: 'a: &a [*a, *a]\n', says: /alias/ },
  ])('$says', async ({ text, says }) => {
    await refused(['train', write('odd.sft.yaml', text)], 'odd.sft.yaml', says);
  });

  it('a run of many hours wants --yes', async () => {
    const recipe = workspace.task('days', { full: { steps: 100_000_000 } });
    await refused(
      ['train', recipe],
      undefined,
      /^sft: This run has 100000012 steps and will take about \d.*--yes/,
    );
    const { code, stdout } = await run('train', recipe, '--json');
    expect({ code, error: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 1,
      error: { error: { code: 'train-confirm' } },
    });
    const detached = await run('train', recipe, '--json', '--detach');
    expect({ code: detached.code, error: JSON.parse(detached.stdout) as unknown }).toMatchObject({
      code: 1,
      error: { error: { code: 'train-confirm', what: expect.stringContaining('will take about') } },
    });
    expect(existsSync(workspace.path('runs/days-1'))).toBe(false);
    const started = await sft(['train', recipe, '--json', '--yes'], {
      cwd: workspace.folder,
      onLine: (_, child) => child.kill('SIGINT'),
    });
    expect(started.code).toBe(130);
  });
});

describe('checkpoints', () => {
  it('of another recipe, of a run that is not there, damaged', async () => {
    const long = { full: { steps: 100_000 }, checkpoint: { everySteps: 1 } };
    const recipe = workspace.task('kept', long);
    const out = ['--out', 'kept'];
    await sft(['train', recipe, '--json', '--yes', ...out], {
      cwd: workspace.folder,
      onLine: (line, child) => void (line.includes('"checkpoint"') && child.kill('SIGINT')),
    });
    await refused(
      ['train', workspace.task('kept', { ...long, seed: 8 }), '--resume', ...out],
      'kept/checkpoint/state.json',
      /belongs to another recipe/,
    );
    const text = readFileSync(workspace.path('train.conllu'));
    writeFileSync(workspace.path('train.conllu'), treebank.replace('NOUN', 'VERB'));
    await refused(
      ['train', workspace.task('kept', long), '--resume', ...out],
      'kept/checkpoint/state.json',
      /belongs to another recipe/,
    );
    writeFileSync(workspace.path('train.conllu'), text);
    await refused(['train', recipe, '--resume', '--out', 'nowhere'], 'nowhere', /no run here to resume/);
    await refused(['train', recipe, '--yes', ...out], 'kept', /already holds a run/);
    writeFileSync(workspace.path('kept/checkpoint/state.json'), '{"version": 1');
    await refused(['train', recipe, '--resume', ...out], 'kept/checkpoint/state.json', /not JSON/);
  });
});

describe('SFT files and models', () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 1234\n';

  it('an SFT of another base names both fingerprints, and can be forced', async () => {
    const print = /fingerprint [0-9a-f]{64}, but other has [0-9a-f]{64}\./;
    await refused(evaluate(trained, 'other'), trained, print);
    await refused(['export', trained, '--base', 'other', '--out', 'x'], trained, print);
    await refused(train('bad', { base: './other', apply: [trained] }), trained, print);
    const { stderr } = await accepted(...evaluate(trained, 'other'), '--force');
    expect(stderr).toMatch(/^warning: .*[0-9a-f]{64}.*[0-9a-f]{64}/m);
  });

  it('truncated files, headers without end, and what is no safetensors file', async () => {
    const good = readFileSync(workspace.path(trained));
    const huge = Buffer.from(good);
    huge.writeBigUInt64LE(2n ** 60n);
    const files: [string, Uint8Array | string, RegExp][] = [
      ['cut.sft.safetensors', good.subarray(0, good.length - 10), /not a whole safetensors file/],
      ['header.sft.safetensors', good.subarray(0, 100), /not a whole safetensors file/],
      ['huge.sft.safetensors', huge, /not a whole safetensors file/],
      ['nothing.sft.safetensors', '', /not a whole safetensors file/],
      ['lfs.sft.safetensors', pointer, /Git LFS pointer/],
      ['zip.sft.safetensors', 'PK\u0003\u0004 a pickle', /PyTorch file/],
    ];
    for (const [name, content, says] of files) {
      write(name, content);
      await refused(evaluate(name), name, says);
      await refused(['inspect', name], name, says);
    }
    await refused(evaluate('base/model.safetensors'), 'base/model.safetensors', /This is not an SFT/);
    await refused(evaluate('absent.safetensors'), undefined, /no file or folder absent\.safetensors/);
    await refused(evaluate('base'), 'base', /cannot be read/);
  });

  it.each([
    { file: 'model.safetensors', content: pointer, says: /Git LFS pointer/ },
    { file: 'model.safetensors', content: undefined, says: /neither model\.safetensors nor/ },
    {
      file: 'model.safetensors',
      content: '\u0000'.repeat(7) + '\u0010',
      says: /not a whole safetensors file/,
    },
    { file: 'config.json', content: undefined, says: /no config\.json/ },
    { file: 'config.json', content: '{', says: /not JSON/ },
    { file: 'config.json', content: '{"model_type": "gpt2"}', says: /not supported/ },
    { file: 'vocab.txt', content: undefined, says: /neither tokenizer\.json nor vocab\.txt/ },
    { file: 'vocab.txt', content: 'a\nb\n', says: /\[CLS\], which is not in the vocabulary/ },
  ])('a base folder: $says', async ({ file, content, says }) => {
    cpSync(workspace.path('base'), workspace.path('broken'), { recursive: true });
    if (content === undefined) rmSync(workspace.path('broken', file));
    else write(`broken/${file}`, content);
    await refused(train('bad', { base: './broken' }), 'broken', says);
    rmSync(workspace.path('broken'), { recursive: true });
  });
});

it('a loss that is no number stops the run, names the step and keeps the last good checkpoint', async () => {
  // Weight decay at this rate multiplies every weight by -9 at each step.
  const optimizer = { learningRate: 10, batchSize: 8, weightDecay: 1 };
  const recipe = workspace.task('wild', {
    optimizer,
    full: { steps: 60 },
    checkpoint: { everySteps: 1 },
    validate: { everySteps: 60 },
  });
  const said = await refused(
    ['train', recipe, '--out', 'wild'],
    undefined,
    /^sft: The loss became \S+ at step \d+ of the full phase\. .*checkpoint is kept/,
  );
  const step = Number(/step (\d+)/.exec(said)?.[1]);
  const record = JSON.parse(readFileSync(workspace.path('wild/checkpoint/state.json'), 'utf8')) as {
    position: { step: number };
  };
  expect(record.position.step).toBe(step - 1);
  expect(eventsOf(workspace.path('wild')).at(-1)).toMatchObject({
    type: 'failed',
    code: 'training-diverged',
  });
});

const own = ['--map-root-user', '--mount'];
const mayMount = works('unshare', [...own, 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()]);

it.skipIf(!mayMount)(
  'a full disk ends a run with a sentence, and with room again it ends as if nothing had been (needs a right to mount)',
  async () => {
    const recipe = workspace.task('full', { checkpoint: { everySteps: 1 } });
    await accepted('train', recipe, '--out', 'roomy');
    const disk = workspace.path('disk');
    mkdirSync(disk);
    // In a mount namespace of its own: a disk of 2 MB that is nearly full, then with room again.
    const train = `'${process.execPath}' '${cliFile}' train '${recipe}' --threads 1 --out '${disk}/run'`;
    const script = `set -e
mount -t tmpfs -o size=2000k tmpfs '${disk}'
dd if=/dev/zero of='${disk}/ballast' bs=1k count=1500 2>&1
${train} 2>&1 && exit 9
rm '${disk}/ballast'
${train} --resume 2>&1
cp -r '${disk}/run' '${workspace.path('cramped')}'`;
    const said = execFileSync('unshare', [...own, 'sh', '-c', script], { encoding: 'utf8' });
    const errors = said.split('\n').filter((line) => line.startsWith('sft: '));
    expect(errors).toEqual([
      expect.stringMatching(/^sft: .*disk\/run\/.*: The file cannot be written: the disk is full/),
    ]);
    expect(said).not.toMatch(/^ +at /m);
    expect(await runResult(workspace.path('cramped'))).toEqual(await runResult(workspace.path('roomy')));
  },
);

function works(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
