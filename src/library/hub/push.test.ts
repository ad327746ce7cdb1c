import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { answer } from '../../../test/support/hub/bytes.ts';
import { type FakeHub, startHub } from '../../../test/support/hub/hub.ts';
import { tinySft } from '../../../test/support/hub/tinyModels.ts';
import { refused, temporaryFolder } from '../../../test/support/files.ts';
import { writeSftBin } from '../../formats/sftBinWriter.ts';
import { readSft, writeSft } from '../../formats/sftFile.ts';
import { type HubEnvironment, hubEnvironment } from './environment.ts';
import { hasRepository, planPush, type PushPlan, pushSft } from './push.ts';

const options = {
  signal: new AbortController().signal,
  isPrivate: false,
  tools: { silence: 60_000, wait: async () => undefined },
};

async function bench(): Promise<{ hub: FakeHub; plan: PushPlan; environment: HubEnvironment }> {
  const hub = await startHub();
  onTestFinished(async () => hub.close());
  const folder = temporaryFolder();
  for (const [name, bytes] of Object.entries(await tinySft())) writeFileSync(join(folder, name), bytes);
  const plan = await planPush({ sft: join(folder, 'x.sft.safetensors'), to: 'me/x' });
  const environment = await hubEnvironment({
    HF_ENDPOINT: hub.endpoint,
    HF_HOME: folder,
    HF_TOKEN: hub.token,
  });
  return { hub, plan, environment };
}

test('nothing is asked for a plan; it says what is sent, and the base by its name on the Hub', async () => {
  const { hub, plan } = await bench();
  expect(hub.seen).toHaveLength(0);
  expect(plan.files.map(({ path }) => path)).toEqual(['README.md', 'x.sft.safetensors', 'pytorch_diff.bin']);
  expect(plan.card).toContain('base_model: org/base');
  expect(plan.notes).toEqual([]);
  await refused('hub-reference', () => planPush({ sft: plan.file, to: 'x' }));
  await refused('hub-reference', () => planPush({ sft: plan.file, to: 'me/x@v1' }));
  const own = await planPush({ sft: plan.file, to: 'me/x', base: 'a folder', card: 'mine' });
  expect(own.card).toBe('mine');
  expect(own.notes[0]).toContain('--base ID');
  const recipe = 'kind: task\nbase: hf:org/base\ndata: { train: "/home/me/x.conllu" }\n';
  const { sft } = await readSft(plan.file);
  await writeSft(plan.file, sft, { baseName: 'org/base', recipe });
  expect((await planPush({ sft: plan.file, to: 'me/x' })).notes).toEqual([
    expect.stringContaining('such as /home/me/x.conllu') as string,
  ]);
});

test('a repository is made where there is none; a second push is a further commit, and sends no content twice', async () => {
  const { hub, plan, environment } = await bench();
  expect(await hasRepository('me/x', environment, options)).toBe(false);
  const first = await pushSft(plan, environment, options);
  expect(await hasRepository('me/x', environment, options)).toBe(true);
  expect(hub.repositories.get('me/x')?.access).toBe('everyone');
  const uploads = () => hub.seen.filter(({ method }) => method === 'PUT').length;
  expect(uploads()).toBe(2);
  const second = await pushSft({ ...plan, card: 'new' }, environment, options);
  expect(second.commit).not.toBe(first.commit);
  expect(uploads()).toBe(2);
  const files = hub.repositories.get('me/x')?.trees.get(second.commit);
  expect(Buffer.from(files?.get('README.md')?.bytes ?? []).toString()).toBe('new');
  const signed = hub.seen.filter(({ at, authorization }) => at === 'cdn' && authorization !== undefined);
  expect(signed).toEqual([]);
});

test('no token, no network wanted, no right, a change at the same moment, a storage that fails', async () => {
  const { hub, plan, environment } = await bench();
  await refused('hub-token-missing', () => pushSft(plan, { ...environment, token: undefined }, options));
  await refused('hub-offline-push', () => pushSft(plan, { ...environment, isOffline: true }, options));
  hub.trick = ({ path }) =>
    path === '/api/repos/create' ? answer(403, {}, '{"error":"not yours"}') : undefined;
  expect((await refused('hub-forbidden', () => pushSft(plan, environment, options))).message).toContain(
    'not yours',
  );
  hub.trick = ({ path }) => (path.includes('/commit/') ? answer(412, {}, '{"error":"parent"}') : undefined);
  await refused('hub-changed', () => pushSft(plan, environment, options));
  hub.trick = ({ method, at }, n) => (at === 'cdn' && method === 'PUT' && n < 3 ? answer(503) : undefined);
  hub.large.clear();
  await pushSft(plan, environment, options);
  hub.trick = ({ path }) => (path.includes('/commit/') ? answer(200, {}, '{}') : undefined);
  await refused('hub-answer', () => pushSft(plan, environment, options));
});

test('a push can be stopped', async () => {
  const { hub, plan, environment } = await bench();
  const stop = new AbortController();
  const pushing = pushSft(plan, environment, {
    ...options,
    signal: stop.signal,
    onStep: (text) => {
      if (text.startsWith('uploading')) stop.abort(new Error('stopped'));
    },
  });
  await expect(pushing).rejects.toThrow('stopped');
  expect(hub.seen.some(({ path }) => path.includes('/commit/'))).toBe(false);
});

test("a parser's file of the reference gets a parser's card, with its head", async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'pytorch_diff.bin');
  const parameter = { shape: [1], values: Float32Array.of(1) };
  await writeSftBin(file, { diffs: new Map(), abs: new Map([['biaffine_rels.weight', parameter]]) });
  const { card } = await planPush({ sft: folder, to: 'me/parser' });
  expect(card).toContain('sft-parsing');
  expect(card).toContain('TransformerForBiaffineParsing');
  expect(card).not.toContain('with_abs=False');
});

test('what the record knows stands on the card; its base only where nothing else says one', async () => {
  const folder = temporaryFolder();
  for (const [name, bytes] of Object.entries(await tinySft())) writeFileSync(join(folder, name), bytes);
  const sft = join(folder, 'x.sft.safetensors');
  const result = { data: 'mt, with mt', metric: 'accuracy', value: 0.5, examples: 7 } as const;
  const recorded = { results: [{ ...result, interval: [0.4, 0.6] as const }], base: 'xlm-roberta-base' };
  const { card } = await planPush({ sft, to: 'me/x', recorded });
  expect(card).toContain('| `mt, with mt` | accuracy | 50.00 % | 40.00 % to 60.00 % | 7 |');
  expect(card).toContain('base_model: org/base');
  await writeSft(sft, (await readSft(sft)).sft, { baseName: 'a folder' });
  expect((await planPush({ sft, to: 'me/x', recorded })).card).toContain('base_model: xlm-roberta-base');
});
