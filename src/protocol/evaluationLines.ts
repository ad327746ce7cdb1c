import { count, counted, metricText } from '../core/texts.ts';

/** What is said of an evaluation; NaN is null where it has been JSON. */
export interface EvaluationFacts {
  readonly metric: string;
  readonly interval: readonly [number | null, number | null];
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly examples: number;
  /** How many the file has. */
  readonly of: number;
  readonly units: number;
}

/** An evaluation in lines: the figure with its interval, the other metrics, on how many examples. */
export function evaluationLines({
  metric,
  interval: [low, high],
  metrics,
  examples,
  of,
  units,
}: EvaluationFacts): string[] {
  return [
    `${metric} ${shown(metric, metrics[metric])}  95 % interval ${shown(metric, low)} to ${shown(metric, high)}`,
    ...Object.entries(metrics).flatMap(([name, value]) =>
      name === metric ? [] : [`${name} ${shown(name, value)}`],
    ),
    `${examplesOf(examples, of)}, ${counted(units, unitName(metrics, examples, units))}`,
  ];
}

function shown(name: string, value: number | null | undefined): string {
  return metricText(name, value ?? Number.NaN);
}

function examplesOf(examples: number, of: number): string {
  return examples < of ? `${count(examples)} of ${counted(of, 'example')}` : counted(examples, 'example');
}

function unitName(metrics: EvaluationFacts['metrics'], examples: number, units: number): string {
  if ('loss' in metrics) return 'predicted piece';
  if ('exactMatch' in metrics) return 'question';
  return examples === units ? 'label' : 'word';
}
