import { basename } from 'node:path';
import { bytesText } from '../../protocol/bytesText.ts';
import { distinctMetrics, metricName } from '../../protocol/metricNames.ts';
import { examplesText, resultName, type ResultRecord } from '../../protocol/results.ts';
import type { RunEnd } from '../../protocol/runEnd.ts';
import type { BaseListing, SftListing } from '../../protocol/session.ts';
import type { Translate } from '../translate.ts';
import { durationWords, metricText } from '../words.ts';
import { countText, shareText } from './figures.ts';
import type { RunNode, TreeNode } from './nodes.ts';
import { markdownText } from './plainText.ts';
import { liveWords, percentDone, statusWords, type Voice } from './rows.ts';

/** All that is known of an item, as Markdown; undefined where its row says everything. `results`: what an SFT has reached, the newest first. */
export function cardOf(
  node: TreeNode,
  voice: Voice,
  results: readonly ResultRecord[] = [],
): string | undefined {
  switch (node.kind) {
    case 'sft':
      return sftCard(node.listing, voice, results);
    case 'run':
      return runCard(node, voice);
    case 'base':
      return baseCard(node.listing, voice.t);
    case 'problem':
      return card(basename(node.path), [[voice.t('File'), node.path]], `${node.what} ${node.advice}`);
    default:
      return undefined;
  }
}

/** A name of something and what it is; null and '' are left out. */
type Line = readonly [string, string | null];

/** Evaluations that a card names. */
const mostResults = 5;

/** A card of an SFT: what it is, how it did, what it was made of. */
export function sftCard(sft: SftListing, { t, clock }: Voice, results: readonly ResultRecord[] = []): string {
  const what = {
    language: t('Language SFT'),
    task: t('Task SFT'),
    composed: t('Composed SFT'),
  }[sft.kind];
  const made = sft.parts.map(({ name, coefficient }) => `${coefficient} × ${name}`).join(' + ');
  return card(sft.name, [
    [t('Kind'), what],
    [t('Task'), sft.task],
    [t('Language'), sft.language],
    [t('Base model'), sft.base],
    [t('Fingerprint of the base'), sft.baseFingerprint?.slice(0, 16) ?? null],
    [t('Entries (K)'), countText(sft.entries)],
    [t('Density'), sft.density === null ? null : shareText(sft.density)],
    [t('Labels'), sft.labels === null ? null : countText(sft.labels)],
    ...metricLines(sft, t),
    ...resultLines(results, t),
    [sft.kind === 'composed' ? t('Composed of') : t('Trained with'), made],
    [t('Reproducible'), sft.reproducible ? null : t('no: its run was resumed under other conditions')],
    [t('Made'), sft.date === null || Number.isNaN(Date.parse(sft.date)) ? null : clock(Date.parse(sft.date))],
    [t('Size'), bytesText(sft.bytes)],
    [t('File'), sft.file],
  ]);
}

function runCard({ folder, listing, live }: RunNode, voice: Voice): string {
  const { t, clock } = voice;
  const lines: Line[] = [[t('Kind'), listing?.kind ?? null]];
  if (live === null) {
    const end = listing?.end ?? null;
    lines.push(
      [t('Outcome'), end === null ? t('at work elsewhere') : outcomeWords(end, t)],
      [t('Trained for'), durationOf(listing?.seconds ?? null)],
      [t('Last written'), listing === null || listing.time === 0 ? null : clock(listing.time)],
      ...(listing === null ? [] : metricLines(listing, t)),
    );
  } else {
    const { progress } = live;
    lines.push(
      [t('Status'), statusWords(live.status, t)],
      [t('Progress'), liveWords(live, voice)],
      [t('Steps of the phase'), stepsText(progress?.phaseDone, progress?.phaseSteps)],
      [t('Steps of the whole run'), stepsText(progress?.done, progress?.steps)],
      [t('Loss'), progress?.loss?.toFixed(4) ?? null],
      [t('Memory'), progress === null ? null : bytesText(progress.live.memory)],
      [t('Runs in'), progress?.live.node ?? null],
    );
  }
  lines.push([t('SFT'), listing?.sft ?? null], [t('Folder'), folder]);
  const cause = (live === null ? listing?.end?.cause : null) ?? null;
  return card(basename(folder), lines, cause === null ? '' : `${cause.what} ${cause.advice}`);
}

function baseCard(base: BaseListing, t: Translate): string {
  return card(base.name, [
    [t('Kind'), base.modelType],
    [t('Layers'), countText(base.layers)],
    [t('Hidden size'), countText(base.hiddenSize)],
    [t('Parameters of the encoder'), countText(base.parameters)],
    [t('Folder'), base.folder],
  ]);
}

function stepsText(done = 0, steps = 0): string | null {
  return steps === 0 ? null : `${countText(done)} / ${countText(steps)} (${percentDone(done, steps)})`;
}

function durationOf(seconds: number | null): string | null {
  return seconds === null ? null : durationWords(seconds);
}

/** How a run ended, in a word. */
export function outcomeWords({ outcome }: RunEnd, t: Translate): string {
  return {
    done: t('done'),
    stopped: t('stopped'),
    failed: t('failed'),
    interrupted: t('interrupted'),
  }[outcome];
}

function metricLines({ metrics, interval }: Pick<SftListing, 'metrics' | 'interval'>, t: Translate): Line[] {
  return distinctMetrics(metrics).map(([name, value]) => {
    const [label, text] = [metricName(name), metricText(name, value)];
    if (interval?.metric !== name) return [label, text];
    const [low, high] = [metricText(name, interval.low), metricText(name, interval.high)];
    return [label, t('{0} (95 % interval {1} to {2})', text, low, high)];
  });
}

/** The last evaluations, the newest first. */
function resultLines(results: readonly ResultRecord[], t: Translate): Line[] {
  const newest = results.slice(0, mostResults);
  return newest.map((result) => {
    const { metric, value, low, high, data, tuned } = result;
    const show = (figure: number | null) => metricText(metric, figure ?? Number.NaN);
    const figure = `${metricName(metric)} ${show(value)} (${show(low)} to ${show(high)})`;
    const of = result.examples < result.of ? t(', on a sample: {0}', examplesText(result)) : '';
    const on = t('{0} on {1}: {2}', resultName(result), basename(data.file), figure + of);
    return [t('Evaluated'), tuned ? `${on}, ${t('tuned on this file')}` : on];
  });
}

function card(title: string, lines: readonly Line[], text = ''): string {
  const rows = lines
    .filter((line): line is readonly [string, string] => line[1] !== null && line[1] !== '')
    .map(([name, value]) => `| ${markdownText(name)} | ${markdownText(value)} |`);
  const said = text.trim() === '' ? [] : ['', markdownText(text)];
  return [`**${markdownText(title)}**`, ...said, '', '| | |', '|:--|:--|', ...rows, ''].join('\n');
}
