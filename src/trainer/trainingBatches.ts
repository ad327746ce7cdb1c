import { batchAt } from '../data/batchSchedule.ts';
import { mixedBatchAt } from '../data/mixedSchedule.ts';
import type { TrainingJob } from '../training/job.ts';
import type { PreparedRun } from './prepare.ts';

/** The batches of each optimiser step, and where they come from if there are several sources. */
export function trainingBatches({
  recipe: { optimizer, seed },
  data,
  sourceDiffs,
}: Pick<PreparedRun, 'recipe' | 'data' | 'sourceDiffs'>): Pick<TrainingJob, 'batches' | 'sources'> {
  const { batchSize, accumulate } = optimizer;
  const { sources, stream } = data;
  const numbers = (step: number) => Array.from({ length: accumulate }, (_, i) => step * accumulate + i);
  if (stream !== undefined) {
    const next = (number: number, phase: number) =>
      Array.from({ length: batchSize }, (_, i) => data.example(number * batchSize + i, phase, 0));
    return { batches: (phase, step) => numbers(step).map((number) => next(number, phase)) };
  }
  if (sources === undefined) {
    const schedule = { examples: data.examples, batchSize, seed };
    return {
      batches: (phase, step) =>
        numbers(step).map((number) => {
          const { epoch, indices } = batchAt(schedule, phase, number);
          return Array.from(indices, (index) => data.example(index, phase, epoch));
        }),
    };
  }
  const schedule = { sources, batchSize, seed };
  return {
    batches: (phase, step) =>
      numbers(step).map((number) => {
        const { source, epoch, indices } = mixedBatchAt(schedule, phase, number);
        return Array.from(indices, (index) => sources[source].example(index, phase, epoch));
      }),
    sources: {
      names: sources.map(({ name }) => name),
      diffs: sourceDiffs,
      of: (phase, step) => numbers(step).map((number) => mixedBatchAt(schedule, phase, number).source),
    },
  };
}
