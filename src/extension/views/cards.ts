import { basename } from 'node:path';
import { bytesText } from '../../protocol/bytesText.ts';
import type { RunEnd } from '../../protocol/runEnd.ts';
import type { BaseListing, SftListing } from '../../protocol/session.ts';
import type { Translate } from '../translate.ts';
import { durationWords, metricWords } from '../words.ts';
import { countText, shareText } from './figures.ts';
import type { RunNode, TreeNode } from './nodes.ts';
import { markdownText } from './plainText.ts';
import { liveWords, statusWords, type Voice } from './rows.ts';

/** All that is known of an item, as Markdown; undefined where its row says everything. */
export function cardOf(node: TreeNode, voice: Voice): string | undefined {
  switch (node.kind) {
    case 'sft':
      return sftCard(node.listing, voice);
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

/** A card of an SFT: what it is, how it did, what it was made of. */
export function sftCard(sft: SftListing, { t, clock }: Voice): string {
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
    ...metricLines(sft.metrics),
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
      ...metricLines(listing?.metrics ?? {}),
    );
  } else {
    const { progress } = live;
    lines.push(
      [t('Status'), statusWords(live.status, t)],
      [t('Progress'), liveWords(live, voice)],
      [t('Steps'), progress === null ? null : `${countText(progress.done)} / ${countText(progress.steps)}`],
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

function durationOf(seconds: number | null): string | null {
  return seconds === null ? null : durationWords(seconds);
}

/** How a run ended, in a word. */
function outcomeWords({ outcome }: RunEnd, t: Translate): string {
  return {
    done: t('done'),
    stopped: t('stopped'),
    failed: t('failed'),
    interrupted: t('interrupted'),
  }[outcome];
}

function metricLines(metrics: Readonly<Record<string, number>>): Line[] {
  return Object.entries(metrics).map(([name, value]) => [name, metricText(name, value)]);
}

/** A metric's value without its name, which stands before it. */
function metricText(name: string, value: number): string {
  const words = metricWords({ [name]: value });
  return words === '' ? String(Number(value.toPrecision(4))) : words.replace(/^\S+ /, '');
}

function card(title: string, lines: readonly Line[], text = ''): string {
  const rows = lines
    .filter((line): line is readonly [string, string] => line[1] !== null && line[1] !== '')
    .map(([name, value]) => `| ${markdownText(name)} | ${markdownText(value)} |`);
  const said = text.trim() === '' ? [] : ['', markdownText(text)];
  return [`**${markdownText(title)}**`, ...said, '', '| | |', '|:--|:--|', ...rows, ''].join('\n');
}
