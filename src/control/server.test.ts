import { once } from 'node:events';
import { rmSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import { inventedRecord } from '../../test/support/inventedRecord.ts';
import type { RunEvent } from '../protocol/events.ts';
import type { LiveState, RunUpdate } from '../protocol/liveRun.ts';
import { foldEvent, newRunView, type RunView } from '../protocol/runView.ts';
import { newAddress } from './address.ts';
import { connectRun, type RunClient } from './client.ts';
import { type ControlServer, serveRun, type ServerLimits } from './server.ts';

const state: LiveState = { status: 'running', position: null, memory: 1, node: 'some Node', pid: 1 };
const note = (text: string): RunEvent => ({ type: 'note', text });

interface Served {
  readonly server: ControlServer;
  readonly view: RunView;
  readonly asked: string[];
  readonly tell: (event: RunEvent) => void;
}

async function served(limits?: ServerLimits): Promise<Served> {
  const view = newRunView();
  const asked: string[] = [];
  const request = (name: string) => () => void asked.push(name);
  const [pause, resume, stop, selectNow] = ['pause', 'resume', 'stop', 'selectNow'].map(request);
  const choose = (k: number): void => {
    if (k > 100) throw new RangeError('There are no more than 100.');
    asked.push(`choose ${k}`);
  };
  const handlers = { view: () => view, state: () => state, pause, resume, stop, selectNow, choose };
  const server = await serveRun(handlers, limits);
  onTestFinished(() => server.close());
  const tell = (event: RunEvent) => {
    foldEvent(view, event);
    server.publish(event);
  };
  return { server, view, asked, tell };
}

async function reach({ address, token }: ControlServer): Promise<RunClient> {
  const client = await connectRun({ address: address(), token });
  onTestFinished(client.close);
  return client;
}

async function rawSocket(server: ControlServer): Promise<Socket> {
  const socket = connect(server.address());
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** What the server says until it hangs up. */
async function saidUntilClosed(socket: Socket): Promise<string> {
  const said: Buffer[] = [];
  socket.on('data', (data) => said.push(data));
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(said).toString();
}

const hello = '{"jsonrpc":"2.0","id":1,"method":"hello"}';
const framed = (message: string) => `Content-Length: ${message.length}\r\n\r\n${message}`;

describe('who has no token', () => {
  it.each<[string, (token: string) => string | Buffer]>([
    ['the wrong token', (token) => `${'0'.repeat(token.length)}\n${framed(hello)}`],
    ['no token', () => framed(hello)],
    ['an empty line', () => `\n${framed(hello)}`],
    ['a longer token', (token) => `${token}0\n${framed(hello)}`],
    ['the token without its last character', (token) => `${token.slice(0, -1)}\n${framed(hello)}`],
    ['garbage', () => Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 151 + 11) % 256))],
    ['a very long line', () => 'x'.repeat(2 ** 20)],
  ])('%s: nothing is said, and the connection ends', async (_, said) => {
    const { server } = await served();
    const socket = await rawSocket(server);
    socket.write(said(server.token));
    expect(await saidUntilClosed(socket)).toBe('');
    expect((await reach(server)).version).toBe(1);
  });

  it.each(['half a token', 'nothing at all'])('%s: it gets a while and then nothing', async (what) => {
    const { server } = await served({ patience: 20 });
    const socket = await rawSocket(server);
    if (what === 'half a token') socket.write(server.token.slice(0, 20));
    expect(await saidUntilClosed(socket)).toBe('');
  });

  it('hangs up while it says its token', async () => {
    const { server, tell } = await served();
    const socket = await rawSocket(server);
    socket.write(server.token.slice(0, 20));
    socket.destroy();
    tell(note('on'));
    expect((await reach(server)).version).toBe(1);
  });
});

describe('who has the token', () => {
  it('may say it in pieces, and with the first request behind it', async () => {
    const { server } = await served();
    const socket = await rawSocket(server);
    socket.write(server.token.slice(0, 20));
    await breathe();
    socket.write(`${server.token.slice(20)}\n${framed(hello)}`);
    expect(String(await once(socket, 'data'))).toContain('"version":1');
  });

  it('and says what is no request, is hung up on; others are not', async () => {
    const { server, tell } = await served();
    const client = await reach(server);
    const socket = await rawSocket(server);
    socket.write(`${server.token}\nHTTP/1.1 200 OK\r\n\r\n`);
    expect(await saidUntilClosed(socket)).not.toContain('result');
    tell(note('on'));
    expect((await client.progress()).live).toEqual(state);
  });

  it('asks, and the run does it', async () => {
    const { server, asked } = await served();
    const client = await reach(server);
    for (const how of ['pause', 'resume', 'stop', 'cancel', 'selectNow'] as const) await client.steer(how);
    await client.choose(7);
    expect(asked).toEqual(['pause', 'resume', 'stop', 'stop', 'selectNow', 'choose 7']);
    await expect(client.choose(101)).rejects.toThrow('There are no more than 100.');
    expect(await client.state()).toEqual(state);
  });

  it('that watches hears of a K that somebody else has asked for', async () => {
    const { server } = await served({ batch: 1 });
    const watcher = await reach(server);
    const told: RunUpdate[] = [];
    await watcher.watch((update) => told.push(update));
    await (await reach(server)).choose(7);
    await expect.poll(() => told.length).toBe(1);
    expect(told[0]).toEqual({ from: 0, events: [], live: state });
  });

  it('cannot wait for ever for a run that is silent', async () => {
    const { server } = await served();
    await expect(connectRun({ address: server.address(), token: 'wrong' })).rejects.toThrow(/hung up/);
    await expect(
      connectRun({ address: server.address(), token: server.token.slice(1) }, 1),
    ).rejects.toThrow();
    await expect(connectRun({ address: join(temporaryFolder(), 'none'), token: '' })).rejects.toThrow(
      'ENOENT',
    );
  });
});

/** A client that folds what it is told, as a view does. */
async function watcher(server: ControlServer) {
  const client = await reach(server);
  const updates: RunUpdate[] = [];
  const early: RunUpdate[] = [];
  const mine: { view?: RunView } = {};
  const fold = (update: RunUpdate) => {
    const { view: known } = mine;
    if (known === undefined) {
      early.push(update);
      return;
    }
    updates.push(update);
    expect(update.from).toBe(known.events);
    for (const event of update.events) foldEvent(known, event);
  };
  const { view } = await client.watch(fold);
  mine.view = view;
  expect(early).toEqual([]);
  return { client, updates, view };
}

describe('watchers', () => {
  it('come at any moment, and each has at the end what the run has, with no event twice or lost', async () => {
    const { server, tell, view } = await served({ batch: 1 });
    const watchers: Promise<Awaited<ReturnType<typeof watcher>>>[] = [];
    let told = 0;
    for (const event of inventedRecord({ steps: [40, 40], seed: 3, every: 7 })) {
      tell(event);
      if (told++ % 20 === 0) watchers.push(watcher(server));
      if (told % 3 === 0) await breathe();
    }
    const all = await Promise.all(watchers);
    expect(all.length).toBeGreaterThan(3);
    await server.close();
    for (const { client, view: mine } of all) {
      await client.closed;
      expect(mine).toEqual(view);
    }
  });

  it('are told of the events of a tenth of a second together', async () => {
    const { server, tell } = await served();
    const { updates, view } = await watcher(server);
    for (let i = 0; i < 500; i++) tell(note(`${i}`));
    await vi.waitFor(() => expect(view.events).toBe(500));
    expect(updates).toHaveLength(1);
  });

  it('get the last events before the run hangs up', async () => {
    const { server, tell } = await served();
    const { client, view } = await watcher(server);
    tell(note('the end'));
    await server.close();
    await client.closed;
    expect(view.run.notes).toEqual(['the end']);
  });

  it('that never read are hung up on, and hold no memory; others go on', { timeout: 30_000 }, async () => {
    const { server, tell, view } = await served({ batch: 0 });
    const good = await watcher(server);
    const socket = await rawSocket(server);
    socket.pause();
    const watch = '{"jsonrpc":"2.0","id":1,"method":"watch"}';
    socket.write(`${server.token}\n${framed(watch)}`);
    const socketEnd = { isClosed: false };
    // A paused socket notices nothing; what it says fails when nobody listens.
    const close = () => void (socketEnd.isClosed = true);
    socket.on('error', close).on('close', close);
    const text = 'x'.repeat(20_000);
    for (let i = 0; i < 5000 && !socketEnd.isClosed; i++) {
      tell(note(text));
      await vi.waitFor(() => expect(good.view.events).toBe(view.events), { interval: 1 });
      if (i > 300) socket.write(' ');
    }
    expect(socketEnd.isClosed).toBe(true);
    expect(good.view).toEqual(view);
  });
});

describe('the address', () => {
  it('is made anew when it is gone, with the same token; who is connected stays so', async () => {
    const { server, tell } = await served({ batch: 1 });
    const before = server.address();
    const old = await reach(server);
    expect(await server.renew()).toBe(false);
    rmSync(before);
    await expect(connectRun({ address: before, token: server.token })).rejects.toThrow('ENOENT');
    expect(await server.renew()).toBe(true);
    expect(server.address()).not.toBe(before);
    expect((await reach(server)).version).toBe(1);
    expect(await old.state()).toEqual(state);
    tell(note('on'));
    rmSync(dirname(server.address()), { recursive: true });
    expect(await server.renew()).toBe(true);
    expect((await reach(server)).version).toBe(1);
  });

  it('is gone when the server has closed', async () => {
    const { server } = await served();
    await server.close();
    expect(() => statSync(server.address())).toThrow('ENOENT');
  });
});

describe.skipIf(process.platform === 'win32')('a new address', () => {
  const before = { ...process.env };
  beforeEach(() => {
    delete process.env.XDG_RUNTIME_DIR;
  });
  afterEach(() => {
    process.env = { ...before };
  });

  it('lies in a folder that only the user can open, in the runtime folder if there is one', () => {
    const runtime = temporaryFolder();
    process.env.XDG_RUNTIME_DIR = runtime;
    const address = newAddress();
    expect(dirname(dirname(address))).toBe(runtime);
    expect(statSync(dirname(address)).mode & 0o777).toBe(0o700);
    expect(newAddress()).not.toBe(address);
  });

  it('is short enough for a socket, however deep temporary files lie', () => {
    process.env.XDG_RUNTIME_DIR = join(temporaryFolder(), 'd'.repeat(90));
    process.env.TMPDIR = join(tmpdir(), 'd'.repeat(90));
    expect(Buffer.byteLength(newAddress())).toBeLessThanOrEqual(103);
  });

  it('is not in a folder that others can open', () => {
    const runtime = temporaryFolder();
    process.env.XDG_RUNTIME_DIR = runtime;
    const folder = dirname(newAddress());
    statSync(folder);
    rmSync(folder, { recursive: true });
    process.umask(0);
    expect(statSync(dirname(newAddress())).mode & 0o777).toBe(0o700);
  });
});
