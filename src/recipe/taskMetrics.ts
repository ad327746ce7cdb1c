import { spanScheme } from '../core/metrics/spanLabels.ts';
import type { Metric, Task } from './types.ts';

/** By which metrics training of a task can be judged. */
const taskMetrics: Readonly<Record<Task['type'], readonly Metric[]>> = {
  tagging: ['accuracy', 'f1', 'f1Strict'],
  classification: ['accuracy', 'f1'],
  parsing: ['las', 'uas'],
  questionAnswering: ['f1', 'exactMatch'],
};

/** What a recipe says of its tags, well-formed or not. */
export interface WrittenTags {
  readonly column?: unknown;
  readonly labels?: unknown;
}

/** By which metrics training of a task can be judged, as far as its recipe says what its tags are. */
export function metricsOfTask(type: Task['type'], tags: WrittenTags): readonly Metric[] {
  const all = taskMetrics[type];
  return mayMarkSpans(tags) ? all : all.filter((metric) => metric !== 'f1Strict');
}

/** Labels tell whether tags mark spans; where they are not given, most columns of CoNLL-U tell that theirs do not. */
function mayMarkSpans({ column = 'upos', labels }: WrittenTags): boolean {
  if (!Array.isArray(labels)) return column === 'tag' || column === 'xpos';
  return spanScheme(labels.filter((label) => typeof label === 'string')) !== undefined;
}
