import { basename } from 'node:path';
import type { LiveStatus, RunReached } from '../../protocol/liveRun.ts';
import type { RunListing, SftListing } from '../../protocol/session.ts';
import type { Translate } from '../translate.ts';
import { durationWords, metricWords } from '../words.ts';
import { countText, parametersText, shareText, type Clock } from './figures.ts';
import type { GroupNode, LiveRow, RunNode, SftNode, TreeNode } from './nodes.ts';
import { plainText } from './plainText.ts';

/** What is seen of an item of a tree. */
export interface Row {
  readonly label: string;
  readonly description: string;
  /** Name of a product icon, and the theme's colour for it. */
  readonly icon: string;
  readonly color?: string;
  /** By which menus choose what they offer (`commands/table.ts`). */
  readonly context: string;
  /** What a screen reader says. */
  readonly spoken: string;
  /** Whether there is something below it, and whether that is shown at first. */
  readonly below: 'none' | 'open' | 'closed';
}

/** How a window says things. */
export interface Voice {
  readonly t: Translate;
  readonly clock: Clock;
  readonly now: () => number;
}

/** What is seen of an item. */
export function rowOf(node: TreeNode, voice: Voice): Row {
  switch (node.kind) {
    case 'group':
      return groupRow(node, voice);
    case 'sft':
      return sftRow(node, voice);
    case 'run':
      return runRow(node, voice);
    case 'waiting': {
      const label = plainText(node.name);
      const description = voice.t('waiting');
      const spoken = [label, description].join(', ');
      return {
        label,
        description,
        icon: 'circle-large-outline',
        context: 'waiting',
        spoken,
        below: 'none',
      };
    }
    case 'base': {
      const { name, parameters, modelType } = node.listing;
      const label = plainText(name);
      const spoken = voice.t('{0}, base model, {1} parameters', label, countText(parameters));
      const description = `${parametersText(parameters)} · ${plainText(modelType)}`;
      return { label, description, icon: 'database', context: 'base', spoken, below: 'none' };
    }
    case 'problem': {
      const label = plainText(basename(node.path));
      const description = plainText(node.what);
      const spoken = voice.t('{0} cannot be read: {1} {2}', label, description, plainText(node.advice));
      return { ...problemLook, label, description, spoken, context: 'problem', below: 'none' };
    }
    default: {
      const label = voice.t('Show {0} more', countText(node.left));
      return { label, description: '', icon: 'ellipsis', context: 'more', spoken: label, below: 'none' };
    }
  }
}

const problemLook = { icon: 'warning', color: 'list.warningForeground' };

const kindIcons = { base: 'database', language: 'globe', task: 'tag', composed: 'combine' } as const;
const groupIcons = { ...kindIcons, sweep: 'layers' } as const;

function groupRow({ of, label, children, ...node }: GroupNode, { t }: Voice): Row {
  const plain = plainText(label);
  const description = of === 'sweep' ? sweepWords(children, t) : node.description;
  const spoken = description === '' ? plain : `${plain}, ${description}`;
  return {
    label: plain,
    description,
    icon: groupIcons[of],
    context: of === 'sweep' ? 'group.sweep' : 'group',
    spoken,
    below: of === 'sweep' ? 'closed' : 'open',
  };
}

/** How far the runs of a sweep that do not live are. */
function sweepWords(runs: readonly TreeNode[], t: Translate): string {
  const waiting = runs.filter(({ kind }) => kind === 'waiting').length;
  const begun = runs.filter((run) => run.kind === 'run');
  const outcomes = begun.map(({ listing }) => listing?.end?.outcome);
  const working = begun.filter(({ listing }) => listing?.end === null).length;
  const count = (wanted: (outcome: string | undefined) => boolean) => outcomes.filter(wanted).length;
  const done = count((outcome) => outcome === 'done');
  const failed = count((outcome) => outcome === 'failed');
  const rest = outcomes.length - done - failed - working;
  return [
    ...(done > 0 ? [t('{0} done', countText(done))] : []),
    ...(failed > 0 ? [t('{0} failed', countText(failed))] : []),
    ...(rest > 0 ? [t('{0} not done', countText(rest))] : []),
    ...(working > 0 ? [t('{0} at work', countText(working))] : []),
    ...(waiting > 0 ? [t('{0} waiting', countText(waiting))] : []),
  ].join(' · ');
}

function sftRow({ listing, place }: SftNode, { t }: Voice): Row {
  const label = plainText(listing.name);
  const parts = [place === null ? '' : plainText(place), sizeWords(listing), metricWords(listing.metrics)];
  const description = parts.filter((part) => part !== '').join(' · ');
  const kind = {
    language: t('language SFT'),
    task: t('task SFT'),
    composed: t('composed SFT'),
  }[listing.kind];
  return {
    label,
    description,
    icon: kindIcons[listing.kind],
    context: `sft.${listing.kind}`,
    spoken: [label, kind, ...parts.filter((part) => part !== '')].join(', '),
    below: 'none',
  };
}

/** Its density, or how many entries it has where that is not known. */
function sizeWords({ density, entries }: SftListing): string {
  return density === null ? `K ${countText(entries)}` : shareText(density);
}

function runRow({ folder, listing, live }: RunNode, voice: Voice): Row {
  const label = plainText(basename(folder));
  const row = live === null ? pastRow(listing, voice) : liveLook(live, voice);
  return { ...row, label, spoken: [label, row.description].join(', '), below: 'none' };
}

type Look = Pick<Row, 'description' | 'icon' | 'context'> & { readonly color?: string };

function liveLook(live: LiveRow, voice: Voice): Look {
  const description = liveWords(live, voice);
  const computing = { icon: 'circle-filled', color: 'charts.green' };
  return {
    // Once its mask is chosen, K can no longer be changed.
    running: {
      description,
      ...computing,
      context: live.progress?.choosesMask === false ? 'run.running.chosen' : 'run.running',
    },
    pausing: { description, ...computing, context: 'run.pausing' },
    stopping: { description, ...computing, context: 'run.stopping' },
    queued: { description, icon: 'circle-large-outline', context: 'run.queued' },
    paused: { description, icon: 'debug-pause', color: 'charts.yellow', context: 'run.paused' },
  }[live.status];
}

/** Where a live run stands, in a few words: `full 69 % · ≈ 15:40` (of the phase), `queued, place 2`. */
export function liveWords({ status, progress }: LiveRow, voice: Voice): string {
  const { t } = voice;
  const phase = phaseWords(progress);
  if (status === 'queued') {
    const position = progress?.live.position ?? null;
    return position === null ? t('queued') : t('queued, place {0}', position);
  }
  if (status !== 'running') return [statusWords(status, t), phase].filter((part) => part !== '').join(' · ');
  const words = reachedWords(progress, voice);
  return words === '' ? t('starting') : words;
}

/** The phase, and how much of it is done. */
function phaseWords(reached: RunReached | null): string {
  if (reached === null || reached.phase === null) return '';
  const { phase, phaseDone = 0, phaseSteps = 0 } = reached;
  return phaseSteps === 0 ? phase : `${phase} ${percentDone(phaseDone, phaseSteps)}`;
}

/** How much is done of what has steps: full only when it is. */
export function percentDone(done: number, steps: number): string {
  return `${Math.floor((100 * done) / steps)} %`;
}

/** The phase as far as it is, and when the whole run will have ended. */
function reachedWords(reached: RunReached | null, { clock, now }: Voice): string {
  const left = reached?.secondsLeft ?? null;
  const ends = left === null ? '' : `≈ ${clock(now() + 1000 * left)}`;
  return [phaseWords(reached), ends].filter((part) => part !== '').join(' · ');
}

/** What a live run does, in a word or two. */
export function statusWords(status: LiveStatus, t: Translate): string {
  return {
    running: t('running'),
    pausing: t('pausing'),
    stopping: t('stopping'),
    queued: t('queued'),
    paused: t('paused'),
  }[status];
}

function pastRow(listing: RunListing | null, voice: Voice): Look {
  const { t } = voice;
  if (listing === null || listing.end === null) {
    // Its owner says that it lives, and it is none of this machine's.
    const work = listing?.elsewhere;
    const place = work === undefined ? t('at work elsewhere') : t('on {0}', plainText(work.host));
    const reached = work === undefined ? '' : reachedWords(work.progress, voice);
    const description = [place, reached].filter((part) => part !== '').join(' · ');
    return { description, icon: 'circle-outline', context: 'run.elsewhere' };
  }
  const { end, seconds, metrics } = listing;
  const context = end.resumable ? 'run.resumable' : 'run.ended';
  const cause = plainText(end.cause?.short ?? end.cause?.what ?? '').replace(/\.$/, '');
  const because = (words: string) => (cause === '' ? words : `${words}: ${cause}`);
  switch (end.outcome) {
    case 'done': {
      const parts = [seconds === null ? '' : durationWords(seconds), metricWords(metrics)];
      const description = parts.filter((part) => part !== '').join(' · ');
      return { description, icon: 'pass', color: 'charts.green', context };
    }
    case 'stopped':
      return { description: t('stopped'), icon: 'debug-stop', color: 'disabledForeground', context };
    case 'failed':
      return { description: because(t('failed')), icon: 'error', color: 'testing.iconFailed', context };
    default:
      return { ...problemLook, description: because(t('interrupted')), context };
  }
}
