import { basename } from 'node:path';
import { bytesText } from '../../protocol/bytesText.ts';
import type { DataFacts, LabelCount, PhaseEstimate, RecipeEstimate } from '../../protocol/estimate.ts';
import { durationWords } from '../words.ts';
import { countText } from '../views/figures.ts';
import { escaped, markdownTable, shareText } from './markdown.ts';

const mostLabels = 40;

/** What a recipe would cost and what its data are, as a document. What one should think about comes first. */
export function estimateReport(estimate: RecipeEstimate): string {
  const { name, base, k, density, phases, time, memory, disk, machine, data, warnings } = estimate;
  const mask = k > 0 ? `K ${countText(k)} (${shareText(density)} of ${countText(base.maskable)})` : 'no mask';
  const labelled = data.flatMap((facts) => ('labels' in facts ? [facts] : []));
  const sampled = data.flatMap(sampleLine);
  return [
    `# ${escaped(name)}: about ${durationWords(time.seconds)}`,
    `${escaped(base.name)}, ${countText(base.parameters)} parameters · ${mask} · ${countText(estimate.examples)} examples`,
    ...warnings.map((warning) => `> **Before you start:** ${escaped(warning)}`),
    '## Cost on this machine',
    markdownTable(
      [
        ['', 'left'],
        ['needed', 'right'],
        ['free', 'right'],
      ],
      [
        ['Time', `about ${durationWords(time.seconds)}`, ''],
        [
          'Memory',
          `about ${bytesText(memory.peak)}`,
          `${bytesText(memory.free)} of ${bytesText(memory.total)}`,
        ],
        ['Disk while it trains', bytesText(disk.peak), disk.free === null ? '' : bytesText(disk.free)],
        ['The SFT', bytesText(disk.sft), ''],
        ...(disk.kept > 0 ? [['What the full phase learns, kept', bytesText(disk.kept), '']] : []),
      ],
    ),
    `Times are right within a factor of two. ${machine.threads} threads, ${Math.round(machine.flopsPerSecond / 1e9)} GFLOPS.`,
    markdownTable(
      [
        ['Phase', 'left'],
        ['steps', 'right'],
        ['a step', 'right'],
        ['validations', 'right'],
        ['time', 'right'],
        ['memory', 'right'],
      ],
      phases.map((phase) => phaseRow(phase, phases.length > 2)),
    ),
    "## Data, as the base model's tokenizer sees them",
    markdownTable(
      [
        ['File', 'left'],
        ['for', 'left'],
        ['units', 'right'],
        ['words', 'right'],
        ['word pieces', 'right'],
        ['pieces a word', 'right'],
        ['unknown', 'right'],
        ['longest', 'right'],
        ['cut', 'right'],
      ],
      data.map(dataRow),
    ),
    ...sampled,
    ...labelled.flatMap((facts) => [
      `### Labels of ${escaped(basename(facts.file))}`,
      labelTable(facts.labels, facts.type === 'classified' ? 'texts' : 'words'),
    ]),
  ].join('\n\n');
}

/** The same in one line. */
export function estimateLine({ name, time, memory, warnings }: RecipeEstimate): string {
  const line = `${name}: about ${durationWords(time.seconds)}, ${bytesText(memory.peak)} of memory.`;
  return warnings.length === 0 ? line : `${line} ${warnings[0]}`;
}

function phaseRow(phase: PhaseEstimate, several: boolean): string[] {
  const { secondsPerStep, validations, secondsPerValidation } = phase;
  return [
    several ? `${phase.iteration}\\. ${phase.phase}` : phase.phase,
    countText(phase.steps),
    shortTime(secondsPerStep),
    validations === 0 ? '0' : `${countText(validations)} of ${shortTime(secondsPerValidation)}`,
    shortTime(phase.seconds),
    bytesText(phase.memory),
  ];
}

/** Less than a second is something, too. */
function shortTime(seconds: number): string {
  return seconds > 0 && seconds < 0.9995 ? `${Math.ceil(1000 * seconds)} ms` : durationWords(seconds);
}

function dataRow(facts: DataFacts): string[] {
  const about = facts.type === 'text' && facts.sampled !== null ? '~' : '';
  return [
    escaped(basename(facts.file)),
    facts.role,
    unitsText(facts, about),
    `${about}${countText(facts.words)}`,
    `${about}${countText(facts.pieces)}`,
    facts.piecesPerWord.toFixed(2),
    shareText(facts.unknownShare),
    countText(facts.longest),
    `${about}${countText(facts.cut)}`,
  ];
}

function unitsText(facts: DataFacts, about: string): string {
  if (facts.type === 'tagged') return `${countText(facts.sentences)} sentences`;
  if (facts.type === 'answered') {
    return `${countText(facts.questions)} questions, ${countText(facts.windows)} windows`;
  }
  if (facts.type === 'classified') return `${countText(facts.texts)} texts`;
  return `${about}${countText(facts.lines)} lines, ${about}${countText(facts.examples)} examples`;
}

function sampleLine(facts: DataFacts): string[] {
  if (facts.type !== 'text' || facts.sampled === null) return [];
  const { lines, bytes, ofBytes } = facts.sampled;
  return [
    `~ ${escaped(basename(facts.file))}: from ${countText(lines)} lines (${bytesText(bytes)} of ${bytesText(ofBytes)}), evenly spread.`,
  ];
}

function labelTable(labels: readonly LabelCount[], of: string): string {
  const total = labels.reduce((sum, { count }) => sum + count, 0);
  const rest = labels.length - mostLabels;
  const table = markdownTable(
    [
      ['Label', 'left'],
      [of, 'right'],
      ['share', 'right'],
    ],
    labels
      .slice(0, mostLabels)
      .map(({ label, count }) => [
        escaped(label),
        countText(count),
        shareText(total > 0 ? count / total : 0),
      ]),
  );
  return rest > 0 ? `${table}\n\nand ${rest} more.` : table;
}
