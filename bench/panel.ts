import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from './statistics.ts';

/** What the panel of a run of 100,000 steps takes from being asked for, in seconds; medians. */
interface FirstPaint {
  /** Until the process has read and folded the record. */
  readonly read: number;
  /** Until all charts are painted. */
  readonly painted: number;
  /** Bytes that cross to the page. */
  readonly bytes: number;
}

/** Wall time of a run's step while its panel is in sight in a window and while none is, in seconds; the ratio is the median of pairs. */
interface VisiblePanel {
  readonly inSight: number;
  readonly closed: number;
  readonly ratio: number;
}

/** From the choice in a list of the window until what was chosen is painted, in seconds: the first time, and the median of others. */
interface InWindow {
  readonly first: number;
  readonly again: number;
}

/** What pages cost: a user, who waits for them, and a run, which trains on the same machine. */
export interface PanelResult {
  readonly firstPaint: FirstPaint;
  /** The panel of a run of 100,000 steps, and the inspector of an SFT of 14.2 million entries, in a window. */
  readonly panel: InWindow;
  readonly inspector: InWindow;
  readonly visible: VisiblePanel;
}

const OPENED = 5;

/** Opens panels in a Chromium and in a window. Needs Linux and a Chromium, as the tests in a window do, and the real data. */
export function timePanel(): PanelResult {
  const paints = Array.from({ length: OPENED }, () => told('firstPaint') as FirstPaint);
  const of = (what: keyof FirstPaint) => median(paints.map((one) => one[what]));
  const inWindow = told('windowPaint') as Readonly<Record<'panel' | 'inspector', readonly number[]>>;
  return {
    panel: firstAndAgain(inWindow.panel),
    inspector: firstAndAgain(inWindow.inspector),
    firstPaint: { read: of('read') / 1000, painted: of('painted') / 1000, bytes: of('bytes') },
    visible: told('visiblePanel') as VisiblePanel,
  };
}

function firstAndAgain([first, ...others]: readonly number[]): InWindow {
  return { first: first / 1000, again: median(others) / 1000 };
}

/** What a program of `bench/host` prints. They are run as they stand, beside the tests whose windows they open: this file is bundled. */
function told(name: 'firstPaint' | 'windowPaint' | 'visiblePanel'): unknown {
  const program = join(import.meta.dirname, '../bench/host', `${name}.ts`);
  return JSON.parse(
    execFileSync(process.execPath, [program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
  );
}
