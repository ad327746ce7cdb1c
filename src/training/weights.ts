import type { Parameter } from '../core/parameters.ts';
import { newRowTable, touchAllRows, type RowTable } from '../core/rowTable.ts';
import type { ModelConfig } from '../model/config.ts';
import { embeddingNames } from '../model/names.ts';
import type { LentEntries } from './lending.ts';
import type { Role } from './roles.ts';

/** The values that train: p, beside the p0 from which they started. */
export interface Weights {
  /** p0: what the run started from; read through `originalsAt` (lending.ts). A full phase with L1 keeps it in its own memory. */
  readonly originals: Map<string, Parameter>;
  readonly roles: ReadonlyMap<string, Role>;
  /** Entries at which the array of p0 holds p. */
  readonly lent: Map<string, LentEntries>;
  /** Current values of all but the embedding tables. What no full phase has moved is p0's own array. */
  readonly arrays: Map<string, Parameter>;
  readonly tables: ReadonlyMap<string, RowTable>;
  /** Tables that are trained as a whole: the output matrix is tied to them, or weight decay moves every row. */
  readonly dense: ReadonlySet<string>;
}

/**
 * Weights at p0. Nothing is copied: a phase copies what it trains. `originals` belongs to the weights from now on; `whole` names
 * tables of which every row counts as touched from the start.
 */
export function newWeights(
  originals: Map<string, Parameter>,
  roles: ReadonlyMap<string, Role>,
  config: Pick<ModelConfig, 'modelType'>,
  whole: readonly string[],
): Weights {
  const tableNames = new Set(Object.values(embeddingNames(config)));
  const arrays = new Map<string, Parameter>();
  const tables = new Map<string, RowTable>();
  for (const [name, parameter] of originals) {
    if (tableNames.has(name)) tables.set(name, newRowTable(parameter.values, parameter.shape[1]));
    else arrays.set(name, parameter);
  }
  const weights = {
    originals,
    roles,
    lent: new Map<string, LentEntries>(),
    arrays,
    tables,
    dense: new Set(whole),
  };
  touchWholeTables(weights);
  return weights;
}

/** Touches every row, in order, of the tables that are trained as a whole. */
export function touchWholeTables({ tables, dense }: Pick<Weights, 'tables' | 'dense'>): void {
  for (const name of dense) {
    const table = tables.get(name);
    if (table !== undefined) touchAllRows(table);
  }
}

/** Whether a parameter trains at all. */
export function trains(weights: Pick<Weights, 'roles'>, name: string): boolean {
  const role = weights.roles.get(name);
  return role !== undefined && role !== 'frozen';
}
