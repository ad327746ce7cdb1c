// `node streamedHost.ts FOLDER`: a run tells what an hour brings, as fast as it goes, and the feed of a run panel takes it in.
// Prints, after ten minutes and after the hour, the bytes of the heap when garbage has been collected, and the most messages that the
// panel was sent within a second.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { mock } from 'node:test';
import { collectGarbage } from '../../src/engine/collectGarbage.ts';
import { english } from '../../src/extension/translate.ts';
import { newRunFeed } from '../../src/extension/panels/runFeed.ts';
import type { Session } from '../../src/extension/programs/session.ts';
import { homePaths } from '../../src/home/home.ts';
import type { RunHeading } from '../../src/protocol/runPanel.ts';
import { goLive } from '../../src/trainer/liveRun.ts';
import { beginning, eventsOfMessage, streamed } from './streamedHour.ts';

const [home = ''] = process.argv.slice(2);
process.env.SFT_HOME = home;
const folder = join(home, 'run');
mkdirSync(folder, { recursive: true });
/** Time between two messages of the run. */
const batch = 125;
mock.timers.enable({ apis: ['setTimeout', 'Date'] });

const run = await goLive({ folder }, 'run');
for (const event of beginning) run.remember(event);
await run.steering.start();
const heading: RunHeading = {
  name: 'run',
  folder,
  kind: 'task',
  task: 'tagging',
  base: 'base',
  metric: 'accuracy',
  size: null,
};
const session: Session = { ask: async () => heading, dispose: () => undefined };
let taken = 0;
/** When the messages of the last second were sent, whatever they say. */
let lately: number[] = [];
let mostInASecond = 0;
let last: (() => void) | undefined;
const feed = newRunFeed({
  t: english,
  folder,
  live: homePaths().live,
  session,
  send(message) {
    if (message.type === 'problem') throw new Error(message.what);
    lately = [...lately.filter((at) => at > Date.now() - 1000), Date.now()];
    mostInASecond = Math.max(mostInASecond, lately.length);
    if (message.type !== 'events') return;
    taken++;
    last?.();
  },
});
await feed.begin();
for (let number = 1; number <= streamed.hour; number++) {
  const arrived = new Promise<void>((resolve) => {
    last = resolve;
  });
  for (const event of eventsOfMessage(number)) run.tell(event);
  mock.timers.tick(batch);
  await arrived;
  if (number !== streamed.tenMinutes && number !== streamed.hour) continue;
  collectGarbage();
  const heap = process.memoryUsage().heapUsed;
  process.stdout.write(`${JSON.stringify({ messages: taken, mostInASecond, heap })}\n`);
}
feed.close();
await run.leave();
mock.timers.reset();
await run.hangUp();
