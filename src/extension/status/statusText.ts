import { basename } from 'node:path';
import type { LiveRunItem } from '../live/liveRuns.ts';
import type { LiveRow } from '../views/nodes.ts';
import { iconlessText, markdownText, plainText } from '../views/plainText.ts';
import { liveWords, percentDone, type Voice } from '../views/rows.ts';
import { byTurn } from '../views/runTree.ts';

/** What the status bar says of the live runs. */
export interface StatusText {
  readonly text: string;
  /** Markdown: every live run. */
  readonly tooltip: string;
  readonly spoken: string;
}

/** Icons that stand still: motion would draw the eye for hours. */
const icons: Readonly<Record<LiveRow['status'], string>> = {
  running: 'graph-line',
  pausing: 'graph-line',
  stopping: 'graph-line',
  queued: 'clock',
  paused: 'debug-pause',
};

/** The run that computes, or the one that will; undefined where none lives. */
export function statusText(
  live: readonly Pick<LiveRunItem, 'entry' | 'progress'>[],
  voice: Voice,
): StatusText | undefined {
  const rows = [...live].sort(byTurn).map(({ entry, progress }) => {
    const row: LiveRow = { status: progress?.live.status ?? entry.status, progress };
    const { done = 0, steps = 0 } = progress ?? {};
    const whole = steps === 0 ? '' : voice.t('whole run {0}', percentDone(done, steps));
    return { name: basename(entry.folder), row, words: liveWords(row, voice), whole };
  });
  if (rows.length === 0) return undefined;
  const [first] = rows;
  const others = rows.length > 1 ? ` (+${rows.length - 1})` : '';
  const words = `${plainText(first.name)} ${first.words}${others}`;
  return {
    text: `$(${icons[first.row.status]}) ${iconlessText(words)}`,
    tooltip: rows.map(tooltipLine).join('\n'),
    spoken: voice.t('SFT training: {0}', words),
  };
}

/** Here is room for both: how far the phase is, and how far the whole run. */
function tooltipLine({ name, words, whole }: Readonly<Record<'name' | 'words' | 'whole', string>>): string {
  const said = [words, whole].filter((part) => part !== '').join(' · ');
  return `- **${markdownText(name)}**: ${markdownText(said)}`;
}
