import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UserError } from '../core/errors/userError.ts';
import type { RunEvent, StepEvent } from '../protocol/events.ts';
import { mutations } from '../../test/support/mutate.ts';
import { openEventLog, truncateEvents } from './eventLog.ts';
import { readEvents } from './readEvents.ts';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sft-events-'));
  file = join(folder, 'events.jsonl');
});

afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true });
});

const time = '2030-01-02T03:04:05.000Z';

function step(step: number): StepEvent {
  const numbers = { loss: 1 / step, l1: 0, gradientNorm: 1e-30, learningRate: 5e-5, seconds: 0.1 };
  return { type: 'step', iteration: 1, phase: 'full', step, tokens: 128, ...numbers };
}

const oneOfEach: RunEvent[] = [
  { type: 'note', text: 'une ligne\nand "another" 😀' },
  {
    type: 'start',
    version: 1,
    time,
    name: 'n',
    engine: 'compiled',
    threads: 2,
    seed: 1,
    k: 5,
    maskable: 50,
    parameters: 60,
    phases: [{ iteration: 1, phase: 'full', steps: 3 }],
  },
  { type: 'phase', iteration: 1, phase: 'full', steps: 3 },
  step(1),
  {
    type: 'validation',
    iteration: 1,
    phase: 'full',
    step: 1,
    metric: 'loss',
    metrics: { loss: 0.5, accuracy: NaN },
    best: true,
    seconds: 0.2,
  },
  { type: 'checkpoint', iteration: 1, phase: 'full', step: 1 },
  {
    type: 'select',
    iteration: 1,
    by: 'lottery',
    k: 5,
    chosen: 5,
    threshold: 0.1,
    byParameter: { 'a.weight': 5 },
    seconds: 1,
  },
  { type: 'rewind', iteration: 1 },
  { type: 'done', time, seconds: 9, file: 'n.sft.safetensors', entries: 5, metrics: { loss: 0.5 } },
  {
    type: 'done',
    time,
    seconds: 9,
    file: 'n.sft.safetensors',
    entries: 5,
    metrics: { loss: 0.5 },
    interval: { metric: 'loss', low: 0.4, high: 0.6 },
  },
  { type: 'stopped', time, reason: 'asked' },
  { type: 'failed', time, code: 'training-diverged', message: 'm' },
];

async function events(): Promise<RunEvent[]> {
  const all: RunEvent[] = [];
  for await (const event of readEvents(file)) all.push(event);
  return all;
}

async function write(...all: RunEvent[]): Promise<number> {
  const log = await openEventLog(file);
  for (const event of all) await log.append(event);
  const bytes = await log.sync();
  await log.close();
  return bytes;
}

function refused(code: string, line?: number): unknown {
  return expect.objectContaining({ code, place: line === undefined ? { file } : { file, line } });
}

describe('the record of events', () => {
  it('gives back every kind of event', async () => {
    await write(...oneOfEach);
    expect(await events()).toEqual(oneOfEach);
  });

  it('knows its length in bytes, and goes on where it ended', async () => {
    expect(await write(...oneOfEach)).toBe((await stat(file)).size);
    expect(await write(step(2))).toBe((await stat(file)).size);
    expect(await events()).toEqual([...oneOfEach, step(2)]);
  });

  it('writes events in groups, the last ones at the end', async () => {
    const log = await openEventLog(file, { events: 3, milliseconds: 60_000 });
    for (let i = 1; i <= 4; i++) await log.append(step(i));
    expect(await events()).toEqual([1, 2, 3].map(step));
    await log.flush();
    expect(await events()).toEqual([1, 2, 3, 4].map(step));
    await log.append(step(5));
    await log.close();
    expect(await events()).toEqual([1, 2, 3, 4, 5].map(step));
  });

  it('lets no event wait for long', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const log = await openEventLog(file, { events: 100, milliseconds: 1000 });
    await log.append(step(1));
    vi.advanceTimersByTime(1000);
    await vi.waitFor(async () => expect(await events()).toEqual([step(1)]));
    await log.close();
  });

  it.skipIf(process.platform === 'win32')(
    'says that it was deleted, instead of writing to nowhere',
    async () => {
      const log = await openEventLog(file);
      await log.append(step(1));
      await log.flush();
      await rm(file);
      await log.append(step(2));
      await expect(log.flush()).rejects.toEqual(refused('run-folder-gone'));
      await expect(log.close()).rejects.toEqual(refused('run-folder-gone'));
    },
  );

  it('keeps the order of events that are added at once', async () => {
    const log = await openEventLog(file, { events: 2, milliseconds: 1000 });
    await Promise.all(Array.from({ length: 50 }, async (_, i) => log.append(step(i + 1))));
    await log.close();
    expect(await events()).toEqual(Array.from({ length: 50 }, (_, i) => step(i + 1)));
  });

  it('leaves out a last line that was not finished, wherever it was cut, and never writes behind it', async () => {
    await write(step(1), step(2));
    const text = await readFile(file, 'utf8');
    const first = text.indexOf('\n') + 1;
    for (let end = first + 1; end < text.length - 1; end += 7) {
      await writeFile(file, text.slice(0, end));
      expect(await events()).toEqual([step(1)]);
    }
    await write(step(9));
    expect(await events()).toEqual([step(1), step(9)]);
  });

  it('says which line in the middle is broken', async () => {
    await write(step(1));
    await appendFile(file, '{"type":"step","iter\n');
    await appendFile(file, `${JSON.stringify(step(3))}\n`);
    await expect(events()).rejects.toEqual(refused('run-events-broken', 2));
  });

  it.each(['[]', '7', '{}', '{"type":"rewind"}', '{"type":"rewind","iteration":"1"}', ''])(
    'refuses a line that is no event: %s',
    async (line) => {
      await writeFile(file, `${line}\n`);
      await expect(events()).rejects.toEqual(refused('run-events-broken', 1));
    },
  );

  it('says that the file is missing, or no file', async () => {
    await expect(events()).rejects.toMatchObject({ code: 'file-missing' });
    file = folder;
    await expect(events()).rejects.toMatchObject({ code: 'file-unreadable' });
    await expect(openEventLog(file)).rejects.toMatchObject({ code: 'file-unwritable' });
  });

  it('reads a long record as it comes, and an enormous line not at all', async () => {
    const line = `${JSON.stringify(step(1))}\n`;
    await writeFile(file, line.repeat(20_000));
    let count = 0;
    for await (const event of readEvents(file)) if (event.type === 'step') count++;
    expect(count).toBe(20_000);
    await writeFile(file, 'x'.repeat(2 ** 25));
    await expect(events()).rejects.toEqual(refused('run-events-broken', 1));
  });

  it('reads damaged records or says what is wrong with them', async () => {
    await write(...oneOfEach);
    const good = await readFile(file);
    await fc.assert(
      fc.asyncProperty(mutations(good), async (bytes) => {
        await writeFile(file, bytes);
        await events().catch((error: unknown) => expect(error).toBeInstanceOf(UserError));
      }),
      { numRuns: 300 },
    );
  });
});

describe('cutting the record back to a checkpoint', () => {
  it('drops what came after it', async () => {
    const bytes = await write(step(1), step(2));
    await write(step(3));
    await appendFile(file, '{"half');
    await truncateEvents(file, bytes);
    await write(step(3));
    expect(await events()).toEqual([step(1), step(2), step(3)]);
  });

  it('takes 0 as the beginning, and a missing file as none', async () => {
    await write(step(1));
    await truncateEvents(file, 0);
    expect(await events()).toEqual([]);
    await rm(file);
    await truncateEvents(file, 100);
    await expect(stat(file)).rejects.toThrow();
  });

  it('refuses a record that is too short or was changed, and leaves it alone', async () => {
    const bytes = await write(step(1), step(2));
    await expect(truncateEvents(file, bytes + 1)).rejects.toEqual(refused('run-events-short'));
    await expect(truncateEvents(file, bytes - 5)).rejects.toEqual(refused('run-events-short'));
    expect(await events()).toEqual([step(1), step(2)]);
  });
});
