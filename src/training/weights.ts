import type { Parameter, Parameters } from '../core/parameters.ts';
import { newRowTable, touchAllRows, type RowTable } from '../core/rowTable.ts';
import type { ModelConfig } from '../model/config.ts';
import { embeddingNames } from '../model/names.ts';
import type { Role } from './roles.ts';

/** The values that train: p, beside the p0 from which they started. */
export interface Weights {
  /** p0: what the run started from. Never written. */
  readonly originals: Parameters;
  readonly roles: ReadonlyMap<string, Role>;
  /** Current values of all but the embedding tables; a frozen parameter's array is the original's. */
  readonly arrays: Map<string, Parameter>;
  readonly tables: ReadonlyMap<string, RowTable>;
  /** Tables that are trained as a whole: the output matrix is tied to them, or weight decay moves every row. */
  readonly dense: ReadonlySet<string>;
}

/**
 * Copies what trains. `whole` names tables of which every row counts as touched from the start.
 */
export function newWeights(
  originals: Parameters,
  roles: ReadonlyMap<string, Role>,
  config: Pick<ModelConfig, 'modelType'>,
  whole: readonly string[],
): Weights {
  const tableNames = new Set(Object.values(embeddingNames(config)));
  const arrays = new Map<string, Parameter>();
  const tables = new Map<string, RowTable>();
  for (const [name, parameter] of originals) {
    const frozen = roles.get(name) === 'frozen';
    if (tableNames.has(name)) tables.set(name, newRowTable(parameter.values, parameter.shape[1]));
    else arrays.set(name, frozen ? parameter : { ...parameter, values: parameter.values.slice() });
  }
  const weights = { originals, roles, arrays, tables, dense: new Set(whole) };
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
