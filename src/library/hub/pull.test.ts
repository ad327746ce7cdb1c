import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { answer, cutShort, ofUnknownLength, withoutEnd } from '../../../test/support/hub/bytes.ts';
import { type FakeHub, startHub } from '../../../test/support/hub/hub.ts';
import { sha256 } from '../../../test/support/hub/state.ts';
import { patterned } from '../../../test/support/hub/tinyModels.ts';
import { refused, temporaryFolder } from '../../../test/support/files.ts';
import { namedPath, parseHubReference } from '../../formats/hubCache.ts';
import { claimRun } from '../../runs/owner.ts';
import type { HubTools } from './connection.ts';
import { hubEnvironment } from './environment.ts';
import { type Pulled, type PullOptions, pullModel } from './pull.ts';

interface Bench {
  readonly hub: FakeHub;
  readonly cache: string;
  /** Milliseconds that were waited for, without waiting. */
  readonly waits: number[];
  readonly pull: (named: string, env?: NodeJS.ProcessEnv, options?: Partial<PullOptions>) => Promise<Pulled>;
}

async function bench(): Promise<Bench> {
  const hub = await startHub();
  onTestFinished(async () => hub.close());
  const cache = temporaryFolder();
  const waits: number[] = [];
  const tools: HubTools = {
    silence: 60_000,
    wait: async (milliseconds, signal) => {
      waits.push(milliseconds);
      signal.throwIfAborted();
    },
  };
  return {
    hub,
    cache,
    waits,
    pull: async (named, env = {}, options = {}) =>
      pullModel(
        parseHubReference(named),
        await hubEnvironment({ HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cache, HF_HOME: cache, ...env }),
        { signal: new AbortController().signal, tools, ...options },
      ),
  };
}

const large = patterned(200_000);
const config = '{"model_type":"bert"}';
const base = { 'config.json': config, 'vocab.txt': '[PAD]\na\n', 'model.safetensors': large };

/** Everything in a cache that is a file or a link, by path. */
function filesIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((path) => !lstatSync(join(folder, path)).isDirectory())
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

test('a base model lies in the cache as Python keeps it, and a second pull fetches nothing', async () => {
  const { hub, cache, pull } = await bench();
  const commit = hub.add('org/base', {
    ...base,
    'README.md': 'x',
    'tf_model.h5': 'x',
    'onnx/model.onnx': 'x',
  });
  const done: number[] = [];
  const pulled = await pull('org/base', {}, { onProgress: (at) => done.push(at.done / at.total) });
  const folder = join(cache, 'models--org--base', 'snapshots', commit);
  expect(pulled).toMatchObject({ kind: 'base', commit, folder, unasked: undefined });
  expect(pulled.fetched).toBe(large.length + config.length + 8);
  expect(done.at(-1)).toBe(1);
  expect(done).toEqual([...done].sort((a, b) => a - b));
  expect(readdirSync(folder).sort()).toEqual(['config.json', 'model.safetensors', 'vocab.txt']);
  expect(readlinkSync(join(folder, 'model.safetensors'))).toBe(join('..', '..', 'blobs', sha256(large)));
  expect(readFileSync(join(folder, 'model.safetensors')).equals(large)).toBe(true);
  expect(readFileSync(join(cache, 'models--org--base', 'refs', 'main'), 'utf8')).toBe(commit);
  expect(readdirSync(join(cache, 'models--org--base', 'blobs'))).toHaveLength(3);
  const before = hub.contents().length;
  expect(await pull('org/base@main')).toMatchObject({ fetched: 0, folder });
  expect(hub.contents()).toHaveLength(before);
  expect(namedPath('/', 'hf:org/base', 'base', cache)).toBe(folder);
});

test('a new commit fetches only what has changed; a tag has a ref of its own, a commit has none', async () => {
  const { hub, cache, pull } = await bench();
  const first = hub.add('org/base', base);
  await pull('org/base');
  const second = hub.add('org/base', { ...base, 'config.json': '{}' });
  hub.repositories.get('org/base')?.commits.set('refs/pr/1', first);
  expect(await pull('org/base')).toMatchObject({ commit: second, fetched: 2 });
  expect(await pull('org/base@refs/pr/1')).toMatchObject({ commit: first, fetched: 0 });
  expect(await pull(`org/base@${first}`)).toMatchObject({ commit: first, fetched: 0 });
  const refs = join(cache, 'models--org--base', 'refs');
  expect(filesIn(refs)).toEqual(['main', 'refs/pr/1']);
});

test('of several weights safetensors come first; shards come with their index, which appears last', async () => {
  const { hub, pull } = await bench();
  const index = JSON.stringify({ weight_map: { a: 'model-1.safetensors', b: 'model-2.safetensors' } });
  hub.add('org/base', {
    'config.json': config,
    'tokenizer.json': '{}',
    'vocab.txt': 'a',
    'pytorch_model.bin': patterned(5000, 3),
    'model.safetensors.index.json': index,
    'model-1.safetensors': patterned(3000, 1),
    'model-2.safetensors': patterned(3000, 2),
    'model-3.safetensors': patterned(3000, 4),
  });
  const { files } = await pull('org/base');
  expect(files).toEqual([
    'config.json',
    'tokenizer.json',
    'model-1.safetensors',
    'model-2.safetensors',
    'model.safetensors.index.json',
  ]);
});

test('an index that names a path, or a file that is not there, is refused', async () => {
  const { hub, cache, pull } = await bench();
  for (const name of ['../../x.safetensors', 'a\\b.safetensors', '.hidden', 'C:x']) {
    const index = JSON.stringify({ weight_map: { a: name } });
    hub.add('org/base', { 'config.json': config, 'model.safetensors.index.json': index, [name]: 'x' });
    await expect(pull('org/base')).rejects.toMatchObject({
      code: expect.stringMatching(/^(model-index|hub-answer)$/) as string,
    });
  }
  const index = JSON.stringify({ weight_map: { a: 'gone.safetensors' } });
  hub.add('org/base', { 'config.json': config, 'model.safetensors.index.json': index });
  await refused('hub-answer', () => pull('org/base'));
  expect(filesIn(cache).some((path) => path.includes('refs'))).toBe(false);
});

test("an SFT: ours before the reference's file beside it; a repository of neither is refused", async () => {
  const { hub, pull } = await bench();
  hub.add('org/a', { 'pytorch_diff.bin': large, 'README.md': 'x' });
  hub.add('org/b', { 'pytorch_diff.bin': large, 'b.sft.safetensors': large });
  hub.add('org/c', { 'README.md': 'x', 'model.onnx': 'x' });
  expect(await pull('org/a')).toMatchObject({ kind: 'sft', files: ['pytorch_diff.bin'] });
  expect(await pull('org/b')).toMatchObject({ kind: 'sft', files: ['b.sft.safetensors'] });
  const { message } = await refused('hub-nothing', () => pull('org/c'));
  expect(message).toContain('model.onnx');
});

test('a download that was cut goes on from there, in the same pull and in the next', async () => {
  const { hub, cache, pull } = await bench();
  hub.add('org/base', base);
  const { trick, cut } = cutShort(large, 70_000);
  hub.trick = ({ at }, n) => (at === 'cdn' && n === 1 ? trick : undefined);
  await pull(
    'org/base',
    {},
    { onProgress: ({ file, done }) => file === 'model.safetensors' && done > 1000 && cut() },
  );
  const ranges = hub
    .contents()
    .filter(({ at }) => at === 'cdn')
    .map(({ range }) => range);
  expect(ranges[0]).toBeUndefined();
  expect(ranges).toHaveLength(2);
  const from = Number(/^bytes=(\d+)-$/.exec(ranges[1] ?? '')?.[1]);
  expect(from).toBeGreaterThan(0);
  expect(from).toBeLessThanOrEqual(70_000);

  const next = patterned(150_000, 9);
  const held = cutShort(next, 70_000);
  hub.trick = ({ at, path }) => (at === 'cdn' && path.endsWith(sha256(next)) ? held.trick : undefined);
  hub.add('org/base', { ...base, 'model.safetensors': next });
  hub.seen.length = 0;
  const end = new AbortController();
  const stopped = pull(
    'org/base',
    {},
    {
      signal: end.signal,
      onProgress: ({ file, done }) => {
        if (file === 'model.safetensors' && done > 1000) end.abort(new Error('stopped'));
      },
    },
  );
  await expect(stopped).rejects.toThrow('stopped');
  const blobs = join(cache, 'models--org--base', 'blobs');
  expect(existsSync(join(blobs, `${sha256(next)}.sft.incomplete`))).toBe(true);
  const kept = lstatSync(join(blobs, `${sha256(next)}.sft.incomplete`)).size;
  hub.seen.length = 0;
  hub.trick = undefined;
  const { fetched } = await pull('org/base');
  expect(fetched).toBe(next.length - kept);
  expect(hub.contents().at(-1)?.range).toBe(`bytes=${kept}-`);
  expect(existsSync(join(blobs, `${sha256(next)}.sft.incomplete`))).toBe(false);
});

test('a server that knows no ranges, one that sends another part, and a start that was wrong', async () => {
  const { hub, cache, pull } = await bench();
  const id = 'org/base';
  hub.add(id, base);
  const partial = join(cache, 'models--org--base', 'blobs', `${sha256(large)}.sft.incomplete`);
  mkdirSync(dirname(partial), { recursive: true });
  // All that had come was of something else: the checksum says so, and it is fetched anew, once.
  writeFileSync(
    partial,
    large.map((byte) => byte ^ 1),
  );
  expect(await pull(id)).toMatchObject({ fetched: large.length + config.length + 8 });

  hub.add(id, { ...base, 'model.safetensors': patterned(9000, 5) });
  writeFileSync(join(dirname(partial), `${sha256(patterned(9000, 5))}.sft.incomplete`), patterned(10, 5));
  hub.trick = ({ at }) => (at === 'cdn' ? answer(200, {}, patterned(9000, 5)) : undefined);
  expect(await pull(id)).toMatchObject({ fetched: 9000 });

  hub.add(id, { ...base, 'model.safetensors': patterned(9000, 6) });
  writeFileSync(join(dirname(partial), `${sha256(patterned(9000, 6))}.sft.incomplete`), patterned(10, 6));
  hub.trick = ({ at }) =>
    at === 'cdn' ? answer(206, { 'content-range': 'bytes 0-8999/9000' }, patterned(9000, 6)) : undefined;
  await refused('hub-answer', () => pull(id));
});

test.each([
  ['says less', answer(200, {}, large.subarray(0, 1500)), 'hub-size'],
  ['says more', answer(200, {}, Buffer.concat([large, large])), 'hub-size'],
  ['sends less', ofUnknownLength(large.subarray(0, 1500)), 'hub-size'],
  ['sends more', ofUnknownLength(Buffer.concat([large, large])), 'hub-size'],
  ['sends without an end', withoutEnd(large), 'hub-size'],
  [
    'sends something else',
    answer(
      200,
      {},
      large.map((byte) => byte ^ 1),
    ),
    'hub-hash',
  ],
  ['sends nothing', ofUnknownLength(large.subarray(0, 1)), 'hub-size'],
] as const)('a server that %s is found out, and nothing of it is kept as whole', async (_, trick, code) => {
  const { hub, cache, pull } = await bench();
  hub.add('org/base', base);
  hub.trick = ({ at }) => (at === 'cdn' ? trick : undefined);
  await refused(code, () => pull('org/base'));
  expect(existsSync(join(cache, 'models--org--base', 'blobs', sha256(large)))).toBe(false);
  expect(existsSync(join(cache, 'models--org--base', 'refs'))).toBe(false);
  await refused('hub-not-cached', () => namedPath('/', 'hf:org/base', 'base', cache));
});

test('a small file is checked by the checksum of git, and a list that lies about it is found out', async () => {
  const { hub, pull } = await bench();
  hub.add('org/base', base);
  hub.trick = ({ path }) =>
    path.endsWith('config.json') ? answer(200, {}, '{"model_type":"BERT"}') : undefined;
  await refused('hub-hash', () => pull('org/base'));
});

test('a list that says more than the disk holds is refused before anything is fetched', async () => {
  const { hub, pull } = await bench();
  hub.add('org/base', base);
  const entry = { type: 'file', size: 9e15, oid: 'a'.repeat(40) };
  const list = [
    { ...entry, path: 'config.json', size: 2 },
    { ...entry, path: 'model.safetensors' },
  ];
  hub.trick = ({ path }) => (path.includes('/tree/') ? answer(200, {}, JSON.stringify(list)) : undefined);
  await refused('hub-disk', () => pull('org/base'));
  expect(hub.contents()).toHaveLength(0);
});

test('room is wanted for what is still to be fetched, and not for what lies there of a pull that was cut', async () => {
  const { hub, cache, pull } = await bench();
  hub.add('org/base', base);
  const size = 9e15;
  const list = [
    { type: 'file', path: 'config.json', size: 200, oid: 'a'.repeat(40) },
    { type: 'file', path: 'model.safetensors', size, oid: 'b'.repeat(40) },
  ];
  hub.trick = ({ path }) => (path.includes('/tree/') ? answer(200, {}, JSON.stringify(list)) : undefined);
  const blobs = join(cache, 'models--org--base', 'blobs');
  mkdirSync(blobs, { recursive: true });
  // One that is longer than it should be is fetched anew, in its own place.
  writeFileSync(join(blobs, `${'a'.repeat(40)}.sft.incomplete`), 'x'.repeat(300));
  writeFileSync(join(blobs, `${'b'.repeat(40)}.sft.incomplete`), 'x'.repeat(1000));
  const { message } = await refused('hub-disk', () => pull('org/base'));
  expect(message).toContain(`${size - 1000} bytes are to be fetched`);
});

test('paths that lead elsewhere are never written', async () => {
  const { hub, cache, pull } = await bench();
  const names = [
    '../x.sft.safetensors',
    '/x.sft.safetensors',
    'a\\..\\x.sft.safetensors',
    'C:x.sft.safetensors',
  ];
  hub.add('org/x', { '.sft.safetensors': large });
  const entry = { type: 'file', size: 2, oid: 'a'.repeat(40) };
  const list = names.map((path) => ({ ...entry, path }));
  hub.trick = ({ path }) => (path.includes('/tree/') ? answer(200, {}, JSON.stringify(list)) : undefined);
  await refused('hub-nothing', () => pull('org/x'));
  expect(filesIn(cache).filter((path) => !path.startsWith('.locks/'))).toEqual([]);
  expect(hub.contents()).toHaveLength(0);
});

test('what the Hub refuses is said as what it is', async () => {
  const { hub, pull } = await bench();
  hub.add('org/base', base);
  hub.add('org/closed', base);
  const closed = hub.repositories.get('org/closed');
  await refused('hub-unauthorized', () => pull('org/nothing'));
  await refused('hub-not-found', () => pull('org/nothing', { HF_TOKEN: hub.token }));
  await refused('hub-revision-not-found', () => pull('org/base@v9'));
  await refused('hub-unauthorized', () => pull('org/base', { HF_TOKEN: 'hf_other' }));
  if (closed !== undefined) closed.access = 'private';
  await refused('hub-unauthorized', () => pull('org/closed'));
  expect(await pull('org/closed', { HF_TOKEN: hub.token })).toMatchObject({ kind: 'base' });
  if (closed !== undefined) closed.access = 'gated';
  const { message } = await refused('hub-gated', () => pull('org/closed', { HF_TOKEN: hub.token }));
  expect(message).toContain(`${hub.endpoint}/org/closed`);
  hub.trick = () => answer(403, {}, JSON.stringify({ error: 'No\u001b[31m\nway.' }));
  expect((await refused('hub-forbidden', () => pull('org/base'))).message).toContain(': No [31m way.');
  hub.trick = ({ path }) => (path.includes('/resolve/') ? answer(404) : undefined);
  expect((await refused('hub-file-not-found', () => pull('org/base'))).message).toContain('config.json');
});

test('the token goes to the hub alone, whatever its first letters are', async () => {
  const { hub, pull } = await bench();
  Object.assign(hub, { token: 'api_org_old' });
  hub.add('org/base', base);
  hub.pageSize = 1;
  await pull('org/base', { HF_TOKEN: ' api_org_old\n' });
  const tokens = (at: string) =>
    new Set(hub.seen.filter((seen) => seen.at === at).map((seen) => seen.authorization));
  expect(tokens('hub')).toEqual(new Set(['Bearer api_org_old']));
  expect(tokens('cdn')).toEqual(new Set([undefined]));
  hub.trick = ({ path }) =>
    path.includes('/tree/') ? answer(200, { link: `<${hub.cdn}/next>; rel="next"` }, '[]') : undefined;
  await refused('hub-answer', () => pull('org/base', { HF_TOKEN: 'api_org_old' }));
  expect(tokens('cdn')).toEqual(new Set([undefined]));
});

test('a token with characters of no token, and an address that is none, are refused without being told', async () => {
  const token = await refused('hub-token-form', () => hubEnvironment({ HF_TOKEN: 'hf_a\u0001secret' }));
  expect(token.message).not.toContain('secret');
  const address = await refused('hub-endpoint', () =>
    hubEnvironment({ HF_ENDPOINT: 'https://me:secret@hub' }),
  );
  expect(address.message).not.toContain('secret');
  await refused('hub-endpoint', () => hubEnvironment({ HF_ENDPOINT: 'file:///etc' }));
});

test('busy and ill servers are asked again, as late as they say', async () => {
  const { hub, waits, pull } = await bench();
  hub.add('org/base', base);
  hub.trick = ({ at, path }, n) => {
    if (path.includes('/revision/') && n === 1) return answer(429, { 'retry-after': '7' });
    if (at === 'cdn' && n === 1) return answer(500);
    return undefined;
  };
  expect(await pull('org/base')).toMatchObject({ kind: 'base' });
  expect(waits).toEqual([7000, 1000]);
  hub.trick = ({ path }) => (path.includes('/resolve/') ? answer(429, { 'retry-after': '7200' }) : undefined);
  hub.add('org/base', { ...base, 'config.json': '{}' });
  expect((await refused('hub-busy', () => pull('org/base'))).message).toContain('120 minutes');
  hub.trick = ({ path }) => (path.includes('/resolve/') ? answer(503) : undefined);
  await refused('hub-server', () => pull('org/base'));
});

test('offline, what is there is used, and said; what is not there is refused', async () => {
  const { hub, pull } = await bench();
  const commit = hub.add('org/base', base);
  await pull('org/base');
  hub.seen.length = 0;
  const offline = { HF_HUB_OFFLINE: '1' };
  expect(await pull('org/base', offline)).toMatchObject({
    commit,
    fetched: 0,
    unasked: 'HF_HUB_OFFLINE is set',
  });
  expect(await pull(`org/base@${commit}`, offline)).toMatchObject({ commit });
  await refused('hub-offline', () => pull('org/base@v1', offline));
  expect(hub.seen).toHaveLength(0);
  await hub.close();
  expect(await pull('org/base')).toMatchObject({
    commit,
    unasked: expect.stringContaining('it refuses the connection') as string,
  });
  await refused('hub-network', () => pull('org/other'));
});

test('answers that make no sense are refused: huge, endless, of another form', async () => {
  const { hub, pull } = await bench();
  hub.add('org/base', base);
  const atTree = (trick: ReturnType<typeof answer>) => {
    hub.trick = ({ path }) => (path.includes('/tree/') ? trick : undefined);
  };
  for (const body of [
    '',
    'null',
    '{}',
    '[1]',
    '[{"type":"file"}]',
    '[{"type":"file","path":"a","size":-1}]',
    '[[]]',
  ]) {
    atTree(answer(200, { 'content-type': 'application/json' }, body));
    await refused('hub-answer', () => pull('org/base'));
  }
  atTree(withoutEnd(Buffer.from(`[${'{},'.repeat(20_000)}`)));
  await refused('hub-answer', () => pull('org/base'));
  atTree(answer(200, { link: `<${hub.endpoint}/api/models/org/base/tree/x>; rel="next"` }, '[]'));
  await refused('hub-answer', () => pull('org/base'));
  hub.trick = ({ path }) => (path.includes('/revision/') ? answer(200, {}, '{"sha":"../../x"}') : undefined);
  await refused('hub-answer', () => pull('org/base'));
});

test('two processes do not fetch the same model at once: the second waits and finds it there', async () => {
  const { hub, cache, pull } = await bench();
  hub.add('org/base', base);
  const lock = join(cache, '.locks', 'models--org--base', 'sft');
  mkdirSync(lock, { recursive: true });
  const claim = await claimRun(lock);
  const pulled = await pull(
    'org/base',
    {},
    {
      onWait: () => {
        expect(hub.contents()).toHaveLength(0);
        void claim.release();
      },
    },
  );
  expect(pulled.fetched).toBeGreaterThan(0);
});

test('a server that falls silent counts as gone', async () => {
  const { hub, pull } = await bench();
  hub.add('org/base', base);
  hub.trick = () => () => undefined;
  const tools: HubTools = { silence: 20, wait: async () => undefined };
  const { message } = await refused('hub-network', () => pull('org/base', {}, { tools }));
  expect(message).toContain('silent');
});
