// Works in a run folder on a disk of 4 MB that gets full, then is read-only: node run-folder-disk.ts DISK, in a mount
// namespace of its own. Prints what happened as JSON.
import { execFileSync } from 'node:child_process';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../src/core/errors/userError.ts';
import type { NoteEvent, RunEvent } from '../../src/protocol/events.ts';
import { loadCheckpoint, saveCheckpoint } from '../../src/runs/checkpoint.ts';
import { openEventLog } from '../../src/runs/eventLog.ts';
import { readEvents } from '../../src/runs/readEvents.ts';
import { claimRun } from '../../src/runs/owner.ts';
import { checkpointExtra, stateAt } from './run-folder-state.ts';

const disk = process.argv[2];
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
const checkpoint = join(disk, 'checkpoint');
const events = join(disk, 'events.jsonl');
const filler = join(disk, 'filler');

async function errorOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return error instanceof UserError ? error.code : String(error);
  }
}

async function fillDisk(): Promise<void> {
  const bytes = Buffer.alloc(4096);
  let size = 0;
  while ((await errorOf(writeFile(filler, bytes, { flag: 'a' }))) === 'none') size += bytes.length;
  if (size === 0) throw new Error('The disk was full already.');
}

function note(text: string): NoteEvent {
  return { type: 'note', text };
}

async function readNotes(): Promise<string[]> {
  const all: RunEvent[] = [];
  for await (const event of readEvents(events)) all.push(event);
  return all.map((event) => (event.type === 'note' ? event.text.slice(0, 5) : event.type));
}

const log = await openEventLog(events);
await log.append(note('first'));
await log.flush();
await saveCheckpoint(checkpoint, stateAt(1, 50_000), checkpointExtra);
await fillDisk();
const full = {
  save: await errorOf(saveCheckpoint(checkpoint, stateAt(2, 50_000), checkpointExtra)),
  stepLeft: (await loadCheckpoint(checkpoint, 'abc')).state.position.step,
  filesLeft: (await readdir(checkpoint)).length,
  append: await errorOf(log.append(note(`large${'x'.repeat(10_000)}`)).then(async () => log.flush())),
  claim: await errorOf(claimRun(disk)),
};
await rm(filler);
await log.close();
const again = {
  save: await errorOf(saveCheckpoint(checkpoint, stateAt(2, 50_000), checkpointExtra)),
  step: (await loadCheckpoint(checkpoint, 'abc')).state.position.step,
  notes: await readNotes(),
};
execFileSync('mount', ['-o', 'remount,ro', disk]);
const readOnly = {
  save: await errorOf(saveCheckpoint(checkpoint, stateAt(3), checkpointExtra)),
  log: await errorOf(openEventLog(events)),
  claim: await errorOf(claimRun(disk)),
  notes: await readNotes(),
};
process.stdout.write(JSON.stringify({ full, again, readOnly, left: await readdir(disk) }));
