import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { newSession, type Session } from '../../src/extension/programs/session.ts';
import { temporaryFolder } from '../support/files.ts';
import { writeManyRuns, writeManySfts, writeRun } from '../support/inventedFolders.ts';
import { eventsOf } from '../support/inventedRun.ts';
import { notedSession } from '../support/notedSession.ts';

const dist = resolve(import.meta.dirname, '../../dist');
/** Bytes that a session may hold while it has no engine. */
const most = 300e6;

let session: Session | undefined;
afterEach(() => session?.dispose());

it.skipIf(process.platform !== 'linux')(
  'a session without an engine holds less than 300 MB, with 200 SFTs and 200 runs listed and a run of 100,000 steps shown',
  async () => {
    const folder = temporaryFolder();
    const files = await writeManySfts(join(folder, 'sfts'), 200);
    const folders = writeManyRuns(join(folder, 'runs'), 200);
    const long = join(folder, 'runs/long-1');
    writeRun(long, 'long', eventsOf({ full: 60_000, sparse: 40_000, layers: 12 }).whole());
    const noted = notedSession(folder, dist);
    session = newSession(noted.folder, () => undefined);
    const sfts = await session.ask('listSfts', { files });
    expect(sfts.filter((one) => 'found' in one)).toHaveLength(200);
    const { runs } = await session.ask('recentRuns', { folders, most: 200 });
    expect(runs.filter((one) => 'found' in one)).toHaveLength(200);
    const { view } = await session.ask('openRun', { folder: long });
    expect(view.run.phases.map(({ done }) => done)).toEqual([60_000, 40_000]);
    const [pid] = noted.pids();
    const { now, ever } = residentBytes(pid);
    expect(now).toBeLessThan(most);
    // At no time before, either: the record is read as it comes.
    expect(ever).toBeLessThan(most);
    expect(readFileSync(`/proc/${pid}/maps`, 'utf8')).not.toContain('onnxruntime');
  },
);

/** What a process has in memory now, and had at most. */
function residentBytes(pid: number): { readonly now: number; readonly ever: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (name: string) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]);
  return { now: bytes('VmRSS'), ever: bytes('VmHWM') };
}
