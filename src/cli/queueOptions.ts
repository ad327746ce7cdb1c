import type { Command } from 'commander';
import type { QueuePlace } from '../runs/queuePlace.ts';
import { megabytes, priorityOf, wholeNumber } from './values.ts';

/** A run's place among those of its machine; what is left out stays as the run was told before. */
export interface QueueFlags {
  /** How many runs may compute at once, this one included. */
  readonly beside?: number;
  /** Megabytes that it needs. */
  readonly needs?: number;
  readonly priority?: number;
  /** false: it computes at once, whatever else does. */
  readonly queue?: boolean;
}

/** Adds the options that say it. */
export function queueOptions(command: Command): Command {
  return command
    .option('--beside <n>', 'compute beside other runs that allow it too, n at most', wholeNumber)
    .option('--needs <mb>', 'with --beside: megabytes of memory that the run needs', megabytes)
    .option('--priority <n>', 'of the runs that wait, the highest comes first (default: 0)', priorityOf)
    .option('--queue', 'wait for the machine (default), also where the run was started with --no-queue')
    .option('--no-queue', 'compute at once: where a cluster decides what runs together');
}

/** What they say. */
export function placeOf({ beside, needs, priority, queue }: QueueFlags): QueuePlace {
  return { beside, needs, priority, skips: queue === undefined ? undefined : !queue };
}
