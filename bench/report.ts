import type { ElectronResult } from './electron.ts';
import type { GrowthResult } from './growth.ts';
import type { LimitResult } from './limit.ts';
import type { SftBinTiming } from './sftBin.ts';
import type { SftTiming } from './sftFile.ts';
import type { StepResult } from './steps.ts';
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
}: BenchResults): string {
  const parts = [`${date}, ${machine}`];
  if (steps.length > 0) {
    parts.push(
      markdown([
        [
          'whole training step',
          'phase',
          'tokens',
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
  const ratios = [
    ...steps.map((one) => ({
      name: `${one.shape} ${one.task}${one.l1 > 0 ? ' with L1' : ''}, ${one.phase} phase`,
      ratio: one.ratio,
    })),
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
