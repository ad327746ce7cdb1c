import { basename } from 'node:path';
import { bytesText } from '../protocol/bytesText.ts';
import { counted } from '../core/texts.ts';
import type { DataFacts, LabelCount, PhaseEstimate, RecipeEstimate } from '../protocol/estimate.ts';
import { count, duration, percent, table } from './format.ts';

/** An estimate as a person reads it on a terminal. */
export function estimateText(estimate: RecipeEstimate): string {
  const { name, base, k, density, phases, memory, disk, data, warnings, time, machine } = estimate;
  const mask = k > 0 ? `K ${count(k)} (${percent(density)} of ${count(base.maskable)})` : 'no mask';
  const free = disk.free === null ? '' : `, ${bytesText(disk.free)} free`;
  const kept = [
    ...(disk.best > 0 ? [`, best values ${bytesText(disk.best)}`] : []),
    ...(disk.kept > 0 ? [`, what the full phase learns ${bytesText(disk.kept)}`] : []),
  ].join('');
  const labelled = data.flatMap((facts) => ('labels' in facts ? [facts] : []));
  return [
    `${name}: ${base.name}, ${count(base.parameters)} parameters, ${mask}, ${counted(estimate.examples, 'example')}`,
    '',
    table([
      ['phase', 'steps', 'a step', 'validations', 'time', 'memory'],
      ...phases.map((phase) => phaseRow(phase, phases.length > 2)),
    ]),
    '',
    `time    about ${duration(time.seconds)} in all (${machine.threads} threads, ${Math.round(machine.flopsPerSecond / 1e9)} GFLOPS; right within a factor of two)`,
    `memory  about ${bytesText(memory.peak)} at most, ${bytesText(memory.free)} of ${bytesText(memory.total)} free`,
    `disk    SFT ${bytesText(disk.sft)}, checkpoint ${bytesText(disk.checkpoint)}${kept}; up to ${bytesText(disk.peak)} while it trains${free}`,
    '',
    table([
      ['data', 'for', 'units', 'words', 'pieces', 'pieces a word', 'unknown', 'longest', 'cut'],
      ...data.map(dataRow),
    ]),
    ...data.flatMap(sampleLine),
    ...(labelled.length > 0 ? [''] : []),
    ...labelled.map((facts) => `labels of ${basename(facts.file)}: ${labelsText(facts.labels)}`),
    ...(warnings.length > 0 ? [''] : []),
    ...warnings.map((warning) => `warning: ${warning}`),
  ].join('\n');
}

function phaseRow(phase: PhaseEstimate, several: boolean): string[] {
  return [
    several ? `${phase.iteration}. ${phase.phase}` : phase.phase,
    count(phase.steps),
    shortTime(phase.secondsPerStep),
    phase.validations === 0 ? '0' : `${count(phase.validations)} of ${shortTime(phase.secondsPerValidation)}`,
    duration(phase.seconds),
    bytesText(phase.memory),
  ];
}

/** 35 ms, 1.2 s */
function shortTime(seconds: number): string {
  return seconds < 0.9995 ? `${Math.max(1, Math.round(1000 * seconds))} ms` : duration(seconds);
}

function dataRow(facts: DataFacts): string[] {
  const about = facts.type === 'text' && facts.sampled !== null ? '~' : '';
  return [
    basename(facts.file),
    facts.role,
    unitsText(facts, about),
    `${about}${count(facts.words)}`,
    `${about}${count(facts.pieces)}`,
    facts.piecesPerWord.toFixed(2),
    percent(facts.unknownShare),
    count(facts.longest),
    `${about}${count(facts.cut)}`,
  ];
}

function unitsText(facts: DataFacts, about: string): string {
  if (facts.type === 'tagged') return counted(facts.sentences, 'sentence');
  if (facts.type === 'answered')
    return `${counted(facts.questions, 'question')}, ${counted(facts.windows, 'window')}`;
  if (facts.type === 'classified') return counted(facts.texts, 'text');
  return `${about}${counted(facts.lines, 'line')}, ${about}${counted(facts.examples, 'example')}`;
}

function sampleLine(facts: DataFacts): string[] {
  if (facts.type !== 'text' || facts.sampled === null) return [];
  const { lines, bytes, ofBytes } = facts.sampled;
  return [
    `~ ${basename(facts.file)}: from ${counted(lines, 'line')} (${bytesText(bytes)} of ${bytesText(ofBytes)}), evenly spread`,
  ];
}

const MOST_LABELS = 40;

function labelsText(labels: readonly LabelCount[]): string {
  const shown = labels.slice(0, MOST_LABELS).map(({ label, count: times }) => `${label} ${count(times)}`);
  const rest = labels.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
