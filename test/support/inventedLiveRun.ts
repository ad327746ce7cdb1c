// `node inventedLiveRun.ts FOLDER NAME [STEPS DONE SECONDS]`: a process that others take for a run of 12 layers. It trains
// nothing: it writes and tells invented steps, 40 a second unless told otherwise, with the mask at every tenth, and can be
// watched, paused, resumed and stopped, and its K changed. DONE of its STEPS a phase are told at once.
import { setTimeout as pause } from 'node:timers/promises';
import type { RunEvent } from '../../src/protocol/events.ts';
import { openEventLog } from '../../src/runs/eventLog.ts';
import { claimRun } from '../../src/runs/owner.ts';
import { runPaths } from '../../src/runs/runFolder.ts';
import { goLive } from '../../src/trainer/liveRun.ts';
import { TrainingStopped } from '../../src/training/phase.ts';
import { writeRunRecipe } from './inventedFolders.ts';
import { eventsOf } from './inventedRun.ts';

const [folder = '', name = '', ...numbers] = process.argv.slice(2);
const [steps = 100_000, done = 0, seconds = 0.025] = numbers.map(Number);
const run = eventsOf({ name, full: steps, sparse: steps, layers: 12 });

writeRunRecipe(folder, name);
const paths = runPaths(folder, name);
const claim = await claimRun(folder);
const log = await openEventLog(paths.events);
const live = await goLive(paths, name);
const tell = async (event: RunEvent): Promise<void> => {
  await log.append(event);
  await log.flush();
  live.tell(event);
};
const { steering } = live;
steering.wishes.limit(1, run.start.maskable);
process.on('SIGTERM', steering.stop);
try {
  if (!(await steering.start())) throw new TrainingStopped();
  await tell(run.start);
  await tell({ type: 'phase', iteration: 1, phase: 'full', steps });
  for (let step = 1; step <= steps && !steering.signal.aborted; step++) {
    await tell(run.step('full', step));
    if (step % 10 === 0) {
      await tell(run.mask(step, steering.wishes.k()));
      await tell(run.validation('full', step));
    }
    await steering.pauseHere();
    if (step > done) await pause(1000 * seconds);
  }
} catch (error) {
  if (!(error instanceof TrainingStopped)) throw error;
} finally {
  await tell({ type: 'stopped', time: new Date().toISOString(), reason: 'asked to stop' });
  await log.close();
  await live.leave();
  await claim.release();
  await live.hangUp();
}
