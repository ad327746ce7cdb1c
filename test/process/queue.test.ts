import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { liveWorkspace, until } from '../support/liveRuns.ts';
import { eventsOf } from './killed-run.ts';

const endless = {
  full: { steps: 100_000 },
  checkpoint: { everySteps: 100_000 },
  validate: { everySteps: 100_000 },
};

/** When a run began to train and when it was done, in milliseconds. */
function spanOf(folder: string): { start: number; done: number } {
  const time = (type: string) =>
    Date.parse(String(eventsOf(folder).find((event) => event.type === type)?.time));
  return { start: time('start'), done: time('done') };
}

it('runs of one recipe that are started at once get a folder each, and never compute at the same time', async () => {
  const workspace = await liveWorkspace();
  const recipe = workspace.task('pos', { full: { steps: 100 }, sparse: { steps: 100 } });
  const all = await Promise.all(
    Array.from({ length: 4 }, () => workspace.run(['train', recipe, '--yes', '--threads', '1'])),
  );
  expect(all.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  const folders = [1, 2, 3, 4].map((number) => workspace.path(`runs/pos-${number}`));
  const spans = folders.map(spanOf).toSorted((a, b) => a.start - b.start);
  spans.slice(1).forEach(({ start }, i) => expect(start).toBeGreaterThanOrEqual(spans[i].done));
  expect(
    all.filter(({ stderr }) => /waiting for the machine: number \d in the queue/.test(stderr)).length,
  ).toBeGreaterThanOrEqual(3);
});

it('the queue goes on without anybody who looks: by order, past runs that pause, are stopped or cancelled, or killed', async () => {
  const workspace = await liveWorkspace();
  const long = workspace.task('long', endless);
  const short = workspace.task('short');
  const status = async (out: string) => (await workspace.entry(out)).status;
  await workspace.detach(long, 'first');
  await until('the first has its turn', async () => (await status('first')) === 'running');
  const queued = ['paused', 'stopped', 'cancelled', 'third', 'fourth'];
  for (const out of queued) await workspace.detach(short, out);
  const positions = async () => {
    const { live } = (await workspace.json('runs')) as {
      live: { folder: string; position: number | null }[];
    };
    return live.filter(({ position }) => position !== null).map(({ folder }) => folder);
  };
  const folders = queued.map((out) => workspace.path(out));
  await until('all are in the queue', async () => (await positions()).length === queued.length);
  expect(await positions()).toEqual(folders);

  await workspace.json('pause', 'paused');
  await until('it has left the queue', async () => (await status('paused')) === 'paused');
  await workspace.json('stop', 'stopped');
  await workspace.json('cancel', 'cancelled');
  expect(existsSync(workspace.path('cancelled'))).toBe(false);
  expect(eventsOf(workspace.path('stopped')).map(({ type }) => type)).toEqual(['stopped']);
  await until('two are left', async () => (await positions()).length === 2);
  expect(await positions()).toEqual([workspace.path('third'), workspace.path('fourth')]);

  process.kill((await workspace.entry('first')).pid, 'SIGKILL');
  for (const out of ['third', 'fourth']) await workspace.gone(out);
  const third = spanOf(workspace.path('third'));
  expect(spanOf(workspace.path('fourth')).start).toBeGreaterThanOrEqual(third.done);
  expect(await status('paused')).toBe('paused');
  expect(existsSync(workspace.path('paused/events.jsonl'))).toBe(false);
  await workspace.json('resume', 'paused');
  await workspace.gone('paused');
  expect(eventsOf(workspace.path('paused')).at(-1)).toMatchObject({ type: 'done' });
});

it('a run that pauses lets the next one go on, and waits for it when it is resumed', async () => {
  const workspace = await liveWorkspace();
  await workspace.detach(workspace.task('long', endless), 'first');
  await workspace.detach(workspace.task('other', endless), 'second');
  const is = (out: string, wanted: string) =>
    until(`${out} is ${wanted}`, async () => (await workspace.entry(out)).status === wanted);
  await is('first', 'running');
  await is('second', 'queued');
  await workspace.json('pause', 'first');
  await is('second', 'running');
  await workspace.json('resume', 'first');
  await is('first', 'queued');
  const client = await workspace.reach('first');
  await until('it is the next', async () => (await client.state()).position === 1);
  await workspace.json('stop', 'second');
  await is('first', 'running');
  await workspace.json('stop', 'first');
});

it('a run that is resumed keeps its place in the queue, until it is told another', async () => {
  const workspace = await liveWorkspace();
  await workspace.detach(workspace.task('long', endless), 'first');
  await until('it has its turn', async () => (await workspace.entry('first')).status === 'running');
  const short = workspace.task('short');
  await workspace.detach(short, 'plain');
  await workspace.detach(short, 'placed', '--priority', '5', '--beside', '3', '--needs', '700');
  const folder = workspace.path('placed');
  const again = async (...flags: string[]) => {
    await workspace.json('stop', 'placed');
    await workspace.json('resume', folder, ...flags);
    const { priority, shared } = await workspace.entry('placed');
    return { priority, shared };
  };
  const queued = async () => {
    const { live } = (await workspace.json('runs')) as {
      live: { folder: string; position: number | null }[];
    };
    return live
      .filter(({ position }) => position !== null)
      .toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0))
      .map((run) => run.folder);
  };
  expect(await again()).toEqual({ priority: 5, shared: { beside: 3, memory: 700e6 } });
  expect(await queued()).toEqual([folder, workspace.path('plain')]);
  expect(await again('--priority', '-2')).toEqual({ priority: -2, shared: { beside: 3, memory: 700e6 } });
  expect(await again('--beside', '1')).toEqual({ priority: -2, shared: { beside: 1, memory: 700e6 } });
  expect(await queued()).toEqual([workspace.path('plain'), folder]);
  // What the file says is lost with it, and nothing else.
  writeFileSync(join(folder, 'queue.json'), '{"priority":');
  expect(await again()).toEqual({ priority: undefined, shared: undefined });

  await workspace.json('pause', 'placed');
  await until('it is paused', async () => (await workspace.entry('placed')).status === 'paused');
  const { code, stderr } = await workspace.run(['resume', 'placed', '--priority', '1']);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^sft: .*placed: short still lives, and keeps the place .* stop it first/),
  });
  expect((await workspace.entry('placed')).status).toBe('paused');
  await workspace.json('stop', 'placed');
  await workspace.json('stop', 'plain');
  await workspace.json('stop', 'first');
});

it('a run that was not to wait does not wait when it is resumed, unless it is told to', async () => {
  const workspace = await liveWorkspace();
  const long = workspace.task('long', endless);
  const is = (out: string, wanted: string) =>
    until(`${out} is ${wanted}`, async () => (await workspace.entry(out)).status === wanted);
  await workspace.detach(long, 'first');
  await is('first', 'running');
  await workspace.detach(long, 'second', '--no-queue');
  await is('second', 'running');
  await workspace.json('stop', 'second');
  await workspace.json('resume', workspace.path('second'));
  await is('second', 'running');
  await workspace.json('stop', 'second');
  await workspace.json('resume', workspace.path('second'), '--queue');
  await is('second', 'queued');
  const client = await workspace.reach('second');
  await until('it waits for the first', async () => (await client.state()).position === 1);
  await workspace.json('stop', 'second');
  await workspace.json('train', long, '--out', workspace.path('second'), '--resume', '--detach');
  await is('second', 'queued');
  await workspace.json('stop', 'second');
  await workspace.json('stop', 'first');
});
