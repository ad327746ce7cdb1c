import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/files.ts';
import { checkpointExtra, stateAt } from '../../test/process/run-folder-state.ts';
import type { RunEvent } from '../protocol/events.ts';
import { saveCheckpoint } from './checkpoint.ts';
import { awaitRunEnd, interruption, lastEvent, readRunEnd, type ProcessExit } from './runEnd.ts';
import { runPaths } from './runFolder.ts';

const time = '2030-01-02T03:04:05.000Z';
const stopped: RunEvent = { type: 'stopped', time, reason: 'asked to stop' };
const done: RunEvent = { type: 'done', time, seconds: 1, file: 'x', entries: 1, metrics: {} };
const failed: RunEvent = {
  type: 'failed',
  time,
  code: 'training-diverged',
  message: 'The loss is no longer a number.',
};
const rewind: RunEvent = { type: 'rewind', iteration: 1 };

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

function record(...lines: readonly (RunEvent | string)[]): void {
  const text = lines.map((line) => (typeof line === 'string' ? line : `${JSON.stringify(line)}\n`)).join('');
  writeFileSync(runPaths(folder, '').events, text);
}

function exit(end: Partial<ProcessExit> | string): void {
  const text =
    typeof end === 'string' ? end : JSON.stringify({ version: 1, code: null, signal: null, ...end });
  writeFileSync(runPaths(folder, '').exit, text);
}

describe('how a run ended', () => {
  it.each<[string, Partial<ProcessExit> | string | undefined, RegExp]>([
    ['killed', { signal: 'SIGKILL' }, /killed, probably because the machine ran out of memory/],
    ['by a trap', { signal: 'SIGTRAP' }, /ended by a trap/],
    [
      'by an illegal instruction of Electron',
      { signal: 'SIGILL', electron: true },
      /Electron's memory allocator/,
    ],
    ['by a breakpoint of Windows', { code: 0x80000003, electron: true }, /Electron's memory allocator/],
    [
      'by the same as a signed number',
      { code: 0x80000003 | 0, electron: true },
      /Electron's memory allocator/,
    ],
    [
      'by a refused allocation of Windows',
      { code: 0xe0000008, electron: true },
      /Electron's memory allocator/,
    ],
    ['by a crash', { signal: 'SIGSEGV' }, /ended by signal SIGSEGV/],
    ['with a bug', { code: 70 }, /ended with exit code 70/],
    ['with a code that nobody knows', {}, /ended with exit code unknown/],
    ['with the machine', undefined, /gone without a word/],
    ['with a supervisor that could not write', '{"version":1,"code', /gone without a word/],
    ['with an exit.json of something else', '[]', /gone without a word/],
  ])('%s', async (_, end, sentence) => {
    record(rewind);
    if (end !== undefined) exit(end);
    const found = await readRunEnd(folder);
    expect(found).toMatchObject({ outcome: 'interrupted', resumable: true });
    expect(found.cause?.what).toMatch(sentence);
    expect(found.cause?.advice).toMatch(/It had no checkpoint yet: Resume starts it again\./);
  });

  it('is told with the last lines of its log, and where Resume goes on', async () => {
    record(rewind);
    exit({ signal: 'SIGKILL' });
    const lines = Array.from({ length: 30 }, (_, i) => `line ${i}`);
    writeFileSync(runPaths(folder, '').log, `${'x'.repeat(100_000)}\n${lines.join('\r\n')}\n\n  \n`);
    await saveCheckpoint(runPaths(folder, '').checkpoint, stateAt(1), checkpointExtra);
    const { cause } = await readRunEnd(folder);
    expect(cause?.log).toEqual(lines.slice(10));
    expect(cause?.advice).toMatch(/Resume goes on from the last checkpoint/);
  });

  it('is told by the record where that says it, and then exit.json does not matter', async () => {
    record(rewind, done);
    exit({ signal: 'SIGKILL' });
    expect(await readRunEnd(folder)).toEqual({ outcome: 'done', cause: null, resumable: false });
    record(rewind, failed);
    exit({ code: 1 });
    expect(await readRunEnd(folder)).toMatchObject({
      outcome: 'failed',
      cause: { what: 'The loss is no longer a number.' },
      resumable: true,
    });
    record(rewind, stopped);
    exit({ code: 130 });
    expect(await readRunEnd(folder)).toMatchObject({
      outcome: 'stopped',
      cause: { what: 'The run was stopped.' },
    });
  });

  it.each([stopped, failed])(
    'is not the old end of a run that was resumed and killed: $type',
    async (old) => {
      record(rewind, old);
      exit({ signal: 'SIGKILL' });
      expect(await readRunEnd(folder)).toMatchObject({ outcome: 'interrupted' });
    },
  );

  it.each(['{"type":"done","ti', '{"type":"stopped"', '\0\0\0'])(
    'does not depend on a last line that was half written: %j',
    async (half) => {
      record(rewind, half);
      exit({ signal: 'SIGKILL' });
      expect(await readRunEnd(folder)).toMatchObject({ outcome: 'interrupted' });
      record(rewind, stopped, half);
      rmSync(runPaths(folder, '').exit);
      expect(await readRunEnd(folder)).toMatchObject({ outcome: 'stopped' });
    },
  );

  it('is interrupted where there is nothing to tell it by', async () => {
    expect(await readRunEnd(folder)).toMatchObject({ outcome: 'interrupted', cause: { log: [] } });
    record('nonsense\n');
    expect(await lastEvent(runPaths(folder, '').events)).toBeUndefined();
    expect(await readRunEnd(join(folder, 'deleted'))).toMatchObject({ outcome: 'interrupted' });
  });

  it('that cannot be read is refused with the file', async () => {
    mkdirSync(runPaths(folder, '').events);
    await expect(readRunEnd(folder)).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  it('is waited for where a supervisor is to tell it, and only there', async () => {
    record(rewind);
    expect((await awaitRunEnd(folder)).cause?.what).toMatch(/gone without a word/);
    writeFileSync(runPaths(folder, '').log, '');
    const waiting = awaitRunEnd(folder);
    exit({ signal: 'SIGKILL' });
    expect((await waiting).cause?.what).toMatch(/out of memory/);
  });

  it('says what to do in every case', () => {
    for (const end of [undefined, { code: 1, signal: null, electron: false }]) {
      for (const checkpoint of [true, false])
        expect(interruption(end, checkpoint).advice).toMatch(checkpoint ? /goes on/ : /starts it again/);
    }
  });
});
