import { basename, dirname, join } from 'node:path';

/** The folder of the sweep that made a run, `sweeps/NAME`; undefined where none did. */
export function sweepOf(run: string): string | undefined {
  const runs = dirname(run);
  const sweep = dirname(runs);
  return basename(runs) === 'runs' && basename(dirname(sweep)) === 'sweeps' ? sweep : undefined;
}

/** The file of a sweep by its folder: `sweeps/NAME` lies beside `NAME.sweep.yaml`. */
export function sweepFile(folder: string): string {
  return join(dirname(dirname(folder)), `${basename(folder)}.sweep.yaml`);
}

const prefix = 'sweep:';

/** The id of the heading over the runs of a sweep, by its folder. */
export const sweepId = (folder: string): string => `${prefix}${folder}`;

/** The folder of the sweep over whose runs the heading of this id stands. */
export function sweepOfId(id: string): string | undefined {
  return id.startsWith(prefix) ? id.slice(prefix.length) : undefined;
}
