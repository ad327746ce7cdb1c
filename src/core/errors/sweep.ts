import type { Problem } from './problem.ts';

/** Sweeps: many runs of one recipe, here or on a cluster. */
export const sweepErrors = {
  'sweep-recipe-missing': (d: { path: string }): Problem => ({
    what: `recipe names ${d.path}, where there is nothing.`,
    advice: "Check the path; relative paths start at the sweep's folder.",
  }),
  'sweep-empty': (): Problem => ({
    what: 'The sweep is empty.',
    advice: 'Give at least recipe, and vary, languages, tasks or seeds.',
  }),
  'sweep-unknown-key': (d: { key: string; near?: string; known: readonly string[] }): Problem => ({
    what: `There is no field "${d.key}" here in a sweep.`,
    advice: d.near === undefined ? `Fields here: ${d.known.join(', ')}.` : `Did you mean ${d.near}?`,
  }),
  'sweep-range': (d: { field: string; reason: string }): Problem => ({
    what: `The range of ${d.field} cannot be used: ${d.reason}.`,
    advice: 'Write { from: 0.01, to: 0.1, steps: 5 }, with scale: log for equal ratios.',
  }),
  'sweep-vary-path': (d: { field: string; part: string }): Problem => ({
    what: `${d.field} cannot be varied: ${d.part} is not a group of fields in the recipe.`,
    advice: 'Name a field as in select.density, or vary the whole of the group.',
  }),
  'sweep-seed-twice': (): Problem => ({
    what: 'seed is varied, and seeds are given too.',
    advice: 'Give the seeds in seeds alone: the matrix takes means over them.',
  }),
  'sweep-repeated': (d: { field: string; value: string }): Problem => ({
    what: `${d.field} has ${d.value} twice.`,
    advice: 'Remove one of the two: it would be the same run again.',
  }),
  'sweep-placeholder': (d: {
    name: string;
    field: string;
    columns: readonly string[];
    near?: string;
  }): Problem => ({
    what: `${d.field} has the placeholder {${d.name}}, and no table has such a column.`,
    advice:
      d.near === undefined
        ? d.columns.length === 0
          ? 'Give a table with this column in languages or tasks, or write the value out.'
          : `Columns here: ${d.columns.join(', ')}.`
        : `Did you mean {${d.near}}?`,
  }),
  'sweep-column-twice': (d: { column: string }): Problem => ({
    what: `Two tables have the column "${d.column}".`,
    advice: 'Rename it in one of them, so that {' + d.column + '} says which is meant.',
  }),
  'sweep-too-many': (d: { runs: number; limit: number }): Problem => ({
    what: `The sweep has ${d.runs.toLocaleString('en-US')} runs; ${d.limit.toLocaleString('en-US')} are the most.`,
    advice: 'Vary fewer fields, or draw some with search: { random: 100 }.',
  }),
  'sweep-confirm': (d: { runs: number; time: string; disk: string }): Problem => ({
    what: `The sweep has ${d.runs.toLocaleString('en-US')} runs, which will take ${d.time} and ${d.disk} on disk.`,
    advice: 'Give --yes to start it all the same; --dry-run lists what it would train.',
  }),
  'sweep-changed': (d: { run: string }): Problem => ({
    what: `The run ${d.run} of this sweep was started with other settings than the sweep has now.`,
    advice: 'Undo the change, move the folder of the sweep away, or give the sweep another name.',
  }),
  'sweep-failed': (d: { failed: number; of: number; first: string }): Problem => ({
    what: `${d.failed} of ${d.of} runs did not come to their end; the first: ${d.first}`,
    advice: 'Start the sweep again: what is done is not repeated, and the others go on where they can.',
  }),
  'sweep-not-planned': (): Problem => ({
    what: 'This sweep has not been started.',
    advice: 'Start it with `sft sweep FILE`, then collect it.',
  }),
  'sweep-running': (): Problem => ({
    what: 'Another process is working on this sweep.',
    advice: 'Wait for its end, or stop it first; `sft runs` shows what it trains.',
  }),
  'slurm-missing': (d: { program: string }): Problem => ({
    what: `There is no Slurm here: the program ${d.program} was not found.`,
    advice: 'Log in to a machine of the cluster from which jobs are submitted, or leave out --slurm.',
  }),
  'slurm-silent': (d: { reason: string }): Problem => ({
    what: `Slurm does not answer: ${d.reason}.`,
    advice: 'Try again when its controller is back; jobs that were submitted are not lost.',
  }),
  'slurm-partition': (d: { partition: string; known: readonly string[]; near?: string }): Problem => ({
    what: `This cluster has no partition "${d.partition}".`,
    advice: d.near === undefined ? `Partitions here: ${d.known.join(', ')}.` : `Did you mean ${d.near}?`,
  }),
  'slurm-refused': (d: { reason: string }): Problem => ({
    what: `Slurm does not take the jobs: ${d.reason}.`,
    advice: 'Change what it names: --partition, --time, --mem, --cpus, --account.',
  }),
  'slurm-not-shared': (d: { node: string; missing: string }): Problem => ({
    what: `The node ${d.node} does not see ${d.missing}, so nothing can be trained there.`,
    advice:
      'Put the sweep, its data and this program on a disk that all nodes share (home or project folders), and start it there.',
  }),
  'slurm-element': (d: { run: string; times: number; last: string }): Problem => ({
    what: `The job of the run ${d.run} ended ${d.times} times before the run was done; it said last: ${d.last}`,
    advice: 'Mend what it names (often --mem or --time), then start the sweep again.',
  }),
  'slurm-waits': (d: { reason: string }): Problem => ({
    what: `Slurm will never start the jobs as they were asked for: ${d.reason}.`,
    advice: 'Cancel them with scancel, and ask for less, or for another partition.',
  }),
} satisfies Record<string, (details: never) => Problem>;
