import type { CompositionTiming } from './composition.ts';
import type { ActivationResult } from './activation.ts';
import type { ElectronResult } from './electron.ts';
import type { EngineResult } from './engines.ts';
import type { EvaluationTiming } from './evaluation.ts';
import type { GrowthResult } from './growth.ts';
import type { LookingResult } from './looking.ts';
import type { InterferenceResult } from './interference.ts';
import type { LimitResult } from './limit.ts';
import type { PanelResult } from './panel.ts';
import type { SftBinTiming } from './sftBin.ts';
import type { SftTiming } from './sftFile.ts';
import type { StepResult } from './steps.ts';
import type { SideBySideResult } from './sideBySide.ts';
import type { SweepResult } from './sweep.ts';
import type { TextResults } from './text.ts';
import type { WatchedResult } from './watched.ts';

export interface BenchResults {
  readonly machine: string;
  readonly date: string;
  readonly steps: readonly StepResult[];
  readonly electron: readonly ElectronResult[];
  readonly limit: readonly LimitResult[];
  readonly sft: readonly SftTiming[];
  readonly sftBin: readonly SftBinTiming[];
  readonly growth: readonly GrowthResult[];
  readonly watched: readonly WatchedResult[];
  readonly text: TextResults | null;
  readonly interference: readonly InterferenceResult[];
  readonly evaluation: readonly EvaluationTiming[];
  readonly composition: readonly CompositionTiming[];
  readonly activation?: ActivationResult | undefined;
  readonly panel?: PanelResult | undefined;
  readonly sweep: readonly SweepResult[];
  readonly sideBySide: readonly SideBySideResult[];
  readonly engines: readonly EngineResult[];
  readonly looking?: LookingResult | undefined;
}

/** The results as markdown; the last line names the smallest ratio to the peer. */
export function report({
  machine,
  date,
  steps,
  electron,
  limit,
  sft,
  sftBin,
  growth,
  watched,
  text,
  interference,
  evaluation,
  composition,
  activation,
  panel,
  sweep,
  sideBySide,
  engines,
  looking,
}: BenchResults): string {
  const parts = [`${date}, ${machine}`];
  if (steps.length > 0) {
    parts.push(
      markdown([
        [
          'whole training step',
          'phase',
          'tokens',
          'padded',
          'ours',
          'reference',
          'ratio',
          'peak memory',
          'reference',
          'share',
        ],
        ...steps.map((one) => [
          `${one.shape} ${one.task}${one.l1 > 0 ? ' with L1' : ''}`,
          one.phase,
          String(one.tokens),
          String(one.paddedTokens),
          seconds(one.seconds),
          seconds(one.peerSeconds),
          times(one.ratio),
          gigabytes(one.peakBytes),
          gigabytes(one.peerPeakBytes),
          one.peerPeakBytes === null ? '' : `${((100 * one.peakBytes) / one.peerPeakBytes).toFixed(0)} %`,
        ]),
      ]),
    );
  }
  if (electron.length > 0) {
    parts.push(
      markdown([
        ["step with Electron's settings", 'phase', 'tokens', 'plain Node', "Electron's settings", 'cost'],
        ...electron.map((one) => [
          `${one.shape} ${one.task}${one.l1 > 0 ? ' with L1' : ''}`,
          one.phase,
          String(one.tokens),
          seconds(one.seconds),
          seconds(one.electronSeconds),
          `${(100 * (one.ratio - 1)).toFixed(1)} %`,
        ]),
      ]),
    );
  }
  if (sft.length > 0) {
    parts.push(
      markdown([
        ['SFT of mBERT', 'ours', 'reference', 'ratio'],
        ...sft.map(({ what, seconds: ours, peerSeconds }) => [
          what,
          seconds(ours),
          seconds(peerSeconds),
          times(peerSeconds === null ? null : peerSeconds / ours),
        ]),
      ]),
    );
  }
  if (sftBin.length > 0) {
    parts.push(
      markdown([
        ["the reference's file", 'ours', 'reference', 'ratio', 'peak memory'],
        ...sftBin.map(({ what, seconds: ours, peerSeconds, peakBytes }) => [
          what,
          seconds(ours),
          seconds(peerSeconds),
          times(peerSeconds === null ? null : peerSeconds / ours),
          gigabytes(peakBytes),
        ]),
      ]),
    );
  }
  for (const { shape, seconds: step, productSeconds, ratio, parts: kinds } of limit) {
    parts.push(
      `${shape}, MLM 4 x 256 with L1, full phase: ${seconds(step)} a step, its matrix products alone ${seconds(productSeconds)}: ${ratio.toFixed(2)} times.`,
      markdown([
        ['where the time goes', 'seconds', 'share'],
        ...kinds.map(({ name, seconds: cost }) => [
          name,
          cost.toFixed(3),
          `${((100 * cost) / step).toFixed(1)} %`,
        ]),
      ]),
    );
  }
  if (growth.length > 0) {
    parts.push(
      markdown([
        ['MLM step, full phase', 'tokens', 'seconds'],
        ...growth.map((one) => [one.shape, String(one.tokens), one.seconds.toFixed(3)]),
      ]),
    );
  }
  if (watched.length > 0) {
    parts.push(
      markdown([
        [
          'run that one client watches',
          'phase',
          'processor time a step',
          'watched',
          'cost',
          'step',
          'watched',
        ],
        ...watched.map((one) => [
          `${one.shape} ${one.task}`,
          one.phase,
          seconds(one.processor.alone),
          seconds(one.processor.watched),
          `${(100 * (one.processor.ratio - 1)).toFixed(1)} %`,
          seconds(one.wall.alone),
          seconds(one.wall.watched),
        ]),
      ]),
    );
  }
  if (text !== null) {
    const { textBytes, seconds: start, peakBytes } = text.start;
    parts.push(
      markdown([
        ['tokenizing all real text', 'tokens', 'tokens a second'],
        ...text.tokenizing.map((one) => [
          one.vocabulary,
          String(one.tokens),
          String(Math.round(one.tokensPerSecond)),
        ]),
      ]),
      `Training on a text of ${gigabytes(textBytes)} starts (its first step is done) ${seconds(start)} after its process; peak memory ${gigabytes(peakBytes)}.`,
    );
  }
  for (const { sfts, entries, seconds: whole, peakBytes } of interference) {
    const each = `${(entries / 1e6).toFixed(1)} million entries`;
    parts.push(
      `Interference of ${sfts} SFTs of ${each}, all pairs: ${seconds(whole)}, peak memory ${gigabytes(peakBytes)}.`,
    );
  }
  if (looking !== undefined) {
    const { inspect, inspectAgain, maskable, bytesAnEntry, keep, read, masks, masksOf } = looking;
    parts.push(
      `The inspector of an SFT of 14.2 million entries: ${seconds(inspect)} with its session's start, ${seconds(inspectAgain)} again.`,
      `A kept full phase of ${(maskable / 1e6).toFixed(0)} million entries: ${bytesAnEntry.toFixed(2)} bytes an entry, kept in ${seconds(keep)}, read in ${seconds(read)}; masks of ${masksOf} sizes from it in ${seconds(masks)}.`,
    );
  }
  if (evaluation.length > 0) {
    parts.push(
      markdown([
        ['evaluation of MiniLM', "reference's batches of 8", 'tokens', 'ours', 'reference', 'ratio'],
        ...evaluation.map((one) => [
          one.task,
          one.order,
          String(one.tokens),
          seconds(one.seconds),
          seconds(one.peerSeconds),
          times(one.ratio),
        ]),
      ]),
    );
  }
  if (composition.length > 0) {
    parts.push(
      markdown([
        ["a coefficient moved at mBERT's shape", 'its entries', 'SFTs', 'weights ready', 'the first time'],
        ...composition.map((one) => [
          one.rule,
          String(one.moved),
          String(one.sfts),
          seconds(one.seconds),
          seconds(one.first),
        ]),
      ]),
    );
  }
  if (activation !== undefined) {
    const { hosts, loading, call, processor } = activation;
    parts.push(
      markdown([
        ['activation', 'hosts', 'load', 'activate', 'together', 'wanted', 'processor time'],
        [
          'in an extension host',
          String(hosts),
          seconds(loading),
          seconds(call),
          seconds(loading + call),
          'under 50 ms',
          seconds(processor),
        ],
      ]),
    );
  }
  if (panel !== undefined) {
    const { firstPaint, visible, panel: opened, inspector } = panel;
    parts.push(
      markdown([
        ['pages', 'measured', 'wanted'],
        ['panel of a run of 100,000 steps, first paint', seconds(firstPaint.painted), 'under 1 s'],
        ['of which reading its record', seconds(firstPaint.read), ''],
        ['the same in a window, from the choice in a list', seconds(opened.again), ''],
        ['the same, the first time', seconds(opened.first), ''],
        ['inspector of 14.2M entries in a window', seconds(inspector.again), 'under 2 s'],
        ['the same, the first time', seconds(inspector.first), 'under 2 s'],
        ['a step of a run whose panel is in sight (wall time)', seconds(visible.inSight), 'reported'],
        ['a step while no panel is open', seconds(visible.closed), ''],
        ['cost of the panel, median of pairs', `${(100 * (visible.ratio - 1)).toFixed(1)} %`, 'reported'],
      ]),
    );
  }
  if (sweep.length > 0) {
    parts.push(
      markdown([
        ['sweep', 'runs', 'our own time a run'],
        ...sweep.map(({ where, runs, seconds: own }) => [where, String(runs), seconds(own)]),
      ]),
    );
  }
  if (sideBySide.length > 0) {
    parts.push(
      markdown([
        ['four runs of a sweep', 'one after the other', 'side by side, a thread each', 'gain'],
        ...sideBySide.map(({ what, oneByOne, sideBySide: beside }) => [
          what,
          seconds(oneByOne),
          seconds(beside),
          times(oneByOne / beside),
        ]),
      ]),
    );
  }
  if (engines.length > 0) {
    const cpu = engines.find(({ name }) => name === 'cpu');
    parts.push(
      markdown([
        ['MiniLM tagging with L1, whole step', 'full', 'sparse', 'of the full one on cpu'],
        ...engines.map(({ name, full, sparse }) => [
          name,
          seconds(full),
          seconds(sparse),
          times(cpu === undefined ? null : full / cpu.full),
        ]),
      ]),
    );
  }
  const ratios = [
    ...steps.map((one) => ({
      name: `${one.shape} ${one.task}${one.l1 > 0 ? ' with L1' : ''}, ${one.phase} phase`,
      ratio: one.ratio,
    })),
    ...evaluation.map((one) => ({ name: `evaluation, ${one.task}, ${one.order}`, ratio: one.ratio })),
    ...[...sft, ...sftBin].map((one) => ({
      name: one.what,
      ratio: one.peerSeconds === null ? null : one.peerSeconds / one.seconds,
    })),
  ].filter((one): one is { name: string; ratio: number } => one.ratio !== null);
  const smallest = ratios.toSorted((a, b) => a.ratio - b.ratio).at(0);
  parts.push(
    smallest === undefined
      ? 'No peer was measured.'
      : `Smallest ratio: ${smallest.ratio.toFixed(2)} (${smallest.name})`,
  );
  return parts.join('\n\n');
}

function markdown(rows: readonly (readonly string[])[]): string {
  const [heading, ...body] = rows.map((row) => `| ${row.join(' | ')} |`);
  return [heading, `|${' --- |'.repeat(rows[0].length)}`, ...body].join('\n');
}

function seconds(value: number | null): string {
  if (value === null) return '';
  return value < 0.2 ? `${(1000 * value).toFixed(0)} ms` : `${value.toFixed(2)} s`;
}

function times(ratio: number | null): string {
  return ratio === null ? '' : `${ratio.toFixed(2)}x`;
}

function gigabytes(bytes: number | null): string {
  return bytes === null ? '' : `${(bytes / 1e9).toFixed(2)} GB`;
}
