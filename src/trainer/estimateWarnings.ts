import { basename } from 'node:path';
import type { Precision } from '../core/precision.ts';
import { bytesText } from '../protocol/bytesText.ts';
import { warmupNotes } from '../training/warmup.ts';
import { electronNote } from './thisNode.ts';
import type { DataFacts, DiskEstimate, MemoryEstimate, PhaseEstimate } from '../protocol/estimate.ts';

/** What warnings are about. */
export interface WarnedEstimate {
  readonly data: readonly DataFacts[];
  readonly phases: readonly PhaseEstimate[];
  readonly memory: MemoryEstimate;
  readonly disk: DiskEstimate;
  /** Whether training would run in Electron's Node. */
  readonly electron: boolean;
  readonly precision: Precision;
  readonly warmupSteps: number;
}

const MOST_UNKNOWN = 0.05;
const MOST_PIECES_PER_WORD = 4;
/** Seconds of validation, and their share of a run, that are worth a thought. */
const LONG_VALIDATION = 600;
const MUCH_VALIDATION = 0.25;

/** Sentences on what should be thought about before training. */
export function estimateWarnings({
  data,
  phases,
  memory,
  disk,
  electron,
  precision,
  warmupSteps,
}: WarnedEstimate): string[] {
  const warnings = data.flatMap(dataWarnings);
  const need = `about ${bytesText(memory.peak)} of memory at its worst moment`;
  if (memory.peak > memory.total) {
    warnings.push(
      `Training needs ${need}, and this machine has ${bytesText(memory.total)}: take a smaller base, a smaller batchSize or shorter inputs.`,
    );
  } else if (!memory.fits) {
    warnings.push(
      `Training needs ${need}, and ${bytesText(memory.free)} are free now: close other programs first, or take a smaller base.`,
    );
  } else {
    const note = electronNote(memory.peak, electron);
    if (note !== undefined) warnings.push(note);
  }
  if (!disk.fits && disk.free !== null) {
    warnings.push(
      `The run needs up to ${bytesText(disk.peak)} on disk, and ${bytesText(disk.free)} are free: make room, or put the runs elsewhere.`,
    );
  }
  const validating = sum(phases, (one) => one.validations * one.secondsPerValidation);
  const share = validating / sum(phases, (one) => one.seconds);
  if (validating > LONG_VALIDATION && share > MUCH_VALIDATION) {
    warnings.push(
      `Validation takes ${Math.round(100 * share)} % of the time: validate.sample (fewer examples) or validate.everySteps (less often) save most of it.`,
    );
  }
  warnings.push(...warmupNotes(phases, { warmupSteps }));
  if (precision === 'mixed') {
    warnings.push(
      'The times are those of single precision: with precision: mixed a processor takes longer, since it rounds, and a card may take less.',
    );
  }
  return warnings;
}

function sum(phases: readonly PhaseEstimate[], of: (phase: PhaseEstimate) => number): number {
  return phases.reduce((total, phase) => total + of(phase), 0);
}

function dataWarnings(facts: DataFacts): string[] {
  const name = basename(facts.file);
  const warnings: string[] = [];
  if (facts.unknownShare > MOST_UNKNOWN) {
    warnings.push(
      `${Math.round(100 * facts.unknownShare)} % of the word pieces of ${name} are unknown to this base's tokenizer, so the model cannot tell them apart: take a base that knows the language's script.`,
    );
  }
  if (facts.piecesPerWord > MOST_PIECES_PER_WORD) {
    warnings.push(
      `The base's tokenizer cuts a word of ${name} into ${facts.piecesPerWord.toFixed(1)} pieces on average: it hardly knows the language, and inputs become long.`,
    );
  }
  if (facts.cut > 0) {
    const lost =
      facts.type === 'tagged' ? `; ${facts.cutWords} words at their ends are cut off` : ' and are cut off';
    warnings.push(
      `${facts.cut} of ${unitsOf(facts)} of ${name} are longer than ${facts.maxLength} word pieces${lost}.`,
    );
  }
  if (facts.type === 'tagged' && facts.lostWords > 0) {
    warnings.push(
      `The tokenizer makes nothing of ${facts.lostWords} words of ${name}; in training they have no label.`,
    );
  }
  return warnings;
}

function unitsOf(facts: DataFacts): string {
  if (facts.type === 'tagged') return `${facts.sentences} sentences`;
  if (facts.type === 'answered') return `${facts.questions} questions`;
  return facts.type === 'classified' ? `${facts.texts} texts` : `${facts.lines} lines`;
}
