import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newPrograms } from '../../src/extension/programs/programs.ts';
import type { ChosenNode } from '../../src/home/nodes/nodes.ts';
import { convertSft } from '../../src/library/convert.ts';
import { publishedSfts } from '../../src/library/publishedSfts.ts';
import { cliFile, type CliResult, sft, startSft } from '../support/cli.ts';
import { cutShort } from '../support/hub/bytes.ts';
import { type FakeHub, startHub } from '../support/hub/hub.ts';
import { inventSft } from '../support/inventSft.ts';
import { tinyWorkspace, type TinyWorkspace } from '../support/tinyWorkspace.ts';

let workspace: TinyWorkspace;
let hub: FakeHub;

/** Everything that the commands have said. */
const said: string[] = [];

const env = (): NodeJS.ProcessEnv => ({
  HF_ENDPOINT: hub.endpoint,
  HF_HOME: workspace.path('hf'),
  HF_HUB_CACHE: undefined,
  HF_TOKEN: hub.token,
});

async function run(args: readonly string[], changed: NodeJS.ProcessEnv = {}): Promise<CliResult> {
  const result = await sft(args, { cwd: workspace.folder, env: { ...env(), ...changed } });
  said.push(result.stdout, result.stderr);
  return result;
}

async function json(
  args: readonly string[],
  changed: NodeJS.ProcessEnv = {},
): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await run([...args, '--json'], changed);
  expect(code, `${stdout}${stderr}`).toBe(0);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
}

const offline = { HF_HUB_OFFLINE: '1', HF_TOKEN: undefined };

beforeAll(async () => {
  workspace = await tinyWorkspace(mkdtempSync(join(tmpdir(), 'sft-hub-')));
  hub = await startHub();
  hub.add('org/base', filesOf(workspace.path('base')));
  hub.repositories.get('org/base')!.access = 'private';
});

afterAll(async () => {
  await hub.close();
  rmSync(workspace.folder, { recursive: true, force: true });
});

const ownNode = async () => ({ path: process.execPath, electron: false }) as ChosenNode;

function filesOf(folder: string): Record<string, Uint8Array> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
}

describe('the Hub from the command line', () => {
  test('a recipe that names a base by hf: says how to fetch it, and trains once it is there', async () => {
    const recipe = workspace.task('pos', { base: 'hf:org/base', language: 'xx' });
    const before = await run(['train', recipe]);
    expect(before.code).toBe(1);
    expect(before.stderr).toContain('pos.sft.yaml:2:');
    expect(before.stderr).toContain('sft pull org/base');
    const pulled = await json(['pull', 'org/base']);
    expect(pulled).toMatchObject({ id: 'org/base', kind: 'base', unasked: null });
    const done = await json(['train', recipe], offline);
    expect(done).toMatchObject({ type: 'done' });
  });

  test('pushed with a card, pulled again, evaluated offline: the same figure', async () => {
    const file = readdirSync(workspace.path('runs', 'pos-1')).find((name) =>
      name.endsWith('.sft.safetensors'),
    )!;
    const made = workspace.path('runs', 'pos-1', file);
    const evaluate = ['evaluate', '--base', 'hf:org/base', '--data', 'dev.conllu', '--sft'];
    const figure = await json([...evaluate, made], offline);
    writeFileSync(workspace.path('dev-figure.json'), JSON.stringify(figure));

    const card = await run([
      'push',
      made,
      '--to',
      'me/pos-xx',
      '--results',
      'dev-figure.json',
      '--card-only',
    ]);
    expect(card.stdout).toContain('base_model: org/base');
    expect(card.stdout).toContain('pipeline_tag: token-classification');
    expect(card.stdout).toMatch(/\| `dev-figure` \| accuracy \| [\d.]+ % \| [\d.]+ % to [\d.]+ % \| 12 \|/);
    expect(hub.repositories.has('me/pos-xx')).toBe(false);
    const recorded = await run(['push', made, '--to', 'me/pos-xx', '--recorded', '--card-only']);
    expect(recorded.stdout).toMatch(/\| `dev` \| accuracy \| [\d.]+ % \| [\d.]+ % to [\d.]+ % \| 12 \|/);
    expect(recorded.stdout).toMatch(/at the end of training \| accuracy \| [\d.]+ % \| [\d.]+ % to [\d.]+ %/);

    const asked = await run(['push', made, '--to', 'me/pos-xx']);
    expect(asked).toMatchObject({ code: 1 });
    expect(asked.stderr).toContain('me/pos-xx will be made, for everyone to see');
    expect(asked.stderr).toContain('# pos-xx');
    expect(hub.repositories.has('me/pos-xx')).toBe(false);

    const pushed = await json(['push', made, '--to', 'me/pos-xx', '--private', '--yes']);
    expect(pushed).toMatchObject({ id: 'me/pos-xx', files: ['README.md', file, 'pytorch_diff.bin'] });
    const repository = hub.repositories.get('me/pos-xx')!;
    expect(repository.access).toBe('private');
    const sent = repository.trees.get(repository.commits.get('main')!)!;
    expect(Buffer.from(sent.get(file)!.bytes).equals(readFileSync(made))).toBe(true);
    expect(Buffer.from(sent.get('README.md')!.bytes).toString()).toContain('SFT("me/pos-xx").apply(model)');
    writeFileSync(workspace.path('reference.bin'), sent.get('pytorch_diff.bin')!.bytes);

    expect(await json(['pull', 'me/pos-xx'])).toMatchObject({ kind: 'sft', files: [file] });
    expect(await json([...evaluate, 'hf:me/pos-xx'], offline)).toEqual(figure);
    const labels = (await json(['inspect', made])).metadata as { labels: string[] };
    const bin = await json([...evaluate, 'reference.bin', '--labels', labels.labels.join(',')], offline);
    expect(bin.value).toBe(figure.value);
    const again = await run(['push', made, '--to', 'me/pos-xx', '--yes']);
    expect(again.stderr).toContain('me/pos-xx is there');
  });

  test("a published task's SFT is evaluated as it was pulled, and by the options that its pull has named", async () => {
    const pos = publishedSfts.find(({ id }) => id === 'cambridgeltl/mbert-task-sft-pos')!;
    const options = { seed: 5, labels: pos.labels ?? [] };
    const ours = await inventSft(workspace.path('base'), workspace.path('p.sft.safetensors'), options);
    await convertSft(ours, workspace.path('other'));
    hub.add(pos.id, { 'pytorch_diff.bin': readFileSync(workspace.path('other', 'pytorch_diff.bin')) });
    const { stderr } = await run(['pull', pos.id]);
    const named = /taken for: (--task pos --labels \S+)\. .*not verified/.exec(stderr)?.[1].split(' ') ?? [];
    expect(named).toHaveLength(4);
    const evaluate = ['evaluate', '--base', 'base', '--data', 'dev.conllu', '--sft'];
    const found = await json([...evaluate, `hf:${pos.id}`]);
    expect((found.notes as string[]).join('\n')).toContain('not verified');
    expect((await json([...evaluate, 'other', ...named])).metrics).toEqual(found.metrics);
    const wrong = await run([...evaluate, 'other', '--task', 'parsing']);
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.stderr).toContain('was not trained for parsing');
  });

  test('a second pull fetches nothing, online and offline, and says so', async () => {
    const before = hub.contents().length;
    const online = await run(['pull', 'org/base']);
    expect(online.stdout).toContain('all of it was there');
    const { stderr } = await run(['pull', 'org/base'], offline);
    expect(stderr).toContain(
      'note: The Hub was not asked whether there is a newer state: HF_HUB_OFFLINE is set.',
    );
    expect(hub.contents()).toHaveLength(before);
    expect((await run(['pull', 'org/other'], offline)).stderr).toContain(
      'HF_HUB_OFFLINE is set, and org/other',
    );
  });

  test('SIGTERM stops a pull with exit code 130; the next one goes on', async () => {
    const large = new Uint8Array(300_000).fill(7);
    hub.add('org/large', { 'pytorch_diff.bin': large });
    const { trick } = cutShort(large, 100_000);
    hub.trick = ({ at }) => (at === 'cdn' ? trick : undefined);
    const child = startSft(['pull', 'org/large'], { cwd: workspace.folder, env: env() });
    const told: string[] = [];
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      told.push(text);
      if (!child.killed && /(?:[5-9]|\d\d) % of 300 kB/.test(told.join(''))) child.kill('SIGTERM');
    });
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(told.join('')).toContain('stopped; what was fetched is kept');
    hub.trick = undefined;
    const { fetched } = await json(['pull', 'org/large']);
    expect(fetched).toBeLessThan(300_000);
  });

  test("the editor's programs get the token in their environment, and their progress comes line by line", async () => {
    const programs = newPrograms(dirname(cliFile), ownNode);
    const lines: string[] = [];
    const around = { ...env(), HF_HOME: workspace.path('hf-editor') };
    const pull = async (more: NodeJS.ProcessEnv) =>
      programs.sft(['pull', 'org/base'], { env: { ...around, ...more }, onText: (line) => lines.push(line) });
    await expect(pull({ HF_TOKEN: '' })).rejects.toMatchObject({ code: 'hub-unauthorized' });
    expect(await pull({})).toMatchObject({ kind: 'base', id: 'org/base' });
    expect(lines.at(-1)).toMatch(/^100 % of \d+ kB: model\.safetensors$/);
    said.push(...lines);
  });

  test('the client library is in no program that starts without it', () => {
    const inputs = JSON.parse(readFileSync(join(dirname(cliFile), 'inputs.json'), 'utf8')) as Record<
      string,
      string[]
    >;
    const holders = Object.entries(inputs).filter(([, names]) =>
      names.some((name) => name.includes('@huggingface/hub/')),
    );
    expect(holders.map(([file]) => file)).toEqual(['dist/hubClient.js']);
  });

  test('wrong names, no token, no hub', async () => {
    expect((await run(['pull', '../x'])).stderr).toContain('is not the name of a model');
    expect((await run(['push', 'reference.bin', '--to', 'x'])).stderr).toContain(
      'is not the name of a model',
    );
    const args = ['push', 'reference.bin', '--to', 'me/x', '--yes'];
    expect((await run(args, { HF_TOKEN: undefined })).stderr).toContain('there is no token');
    expect((await run(args, { HF_TOKEN: 'hf_wrong' })).stderr).toContain('does not accept the token');
    expect((await run(['pull', 'org/nothing'])).stderr).toContain('There is no model org/nothing');
    const nowhere = await run(['pull', 'org/nothing'], { HF_ENDPOINT: 'http://127.0.0.1:9' });
    expect(nowhere.stderr).toContain('127.0.0.1:9 cannot be reached');
  }, 120_000);

  test('the published SFTs, by language and task', async () => {
    expect(((await json(['gallery'])).sfts as unknown[]).length).toBe(98);
    const { stdout } = await run(['gallery', '--language', 'Maltese']);
    expect(stdout).toContain('cambridgeltl/mbert-lang-sft-mt-small');
    expect(((await json(['gallery', '--task', 'ner'])).sfts as unknown[]).length).toBe(2);
  });

  test('the token stands in nothing that was said or written', () => {
    const secret = hub.token.slice(3);
    expect(said.join('\n')).not.toContain(secret);
    const files = (readdirSync(workspace.folder, { recursive: true }) as string[])
      .map((path) => workspace.path(path))
      .filter((path) => existsSync(path) && statSync(path).isFile());
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) expect(readFileSync(file).includes(secret), file).toBe(false);
    const sent = [...hub.repositories.values()].flatMap(({ trees }) => [...trees.values()]);
    for (const tree of sent)
      for (const { bytes } of tree.values()) expect(Buffer.from(bytes).includes(secret)).toBe(false);
  });
});
