import { resolve } from 'node:path';
import { sftHash } from '../../library/sftHash.ts';
import type { ResultRecord } from '../../protocol/results.ts';
import { dataHash } from './dataHash.ts';
import type { Evaluated, Evaluator, Setting } from './evaluator.ts';

/** An evaluation as the record keeps it. @throws UserError of reading the data file */
export async function resultOf(
  evaluator: Evaluator,
  { sfts, rule = 'sum' }: Setting,
  data: string,
  found: Evaluated,
  { role, tuned }: { readonly role?: 'dev' | 'test' | undefined; readonly tuned: boolean },
): Promise<ResultRecord> {
  const { low, high } = found.interval();
  return {
    date: new Date().toISOString(),
    base: { name: evaluator.base.name, fingerprint: evaluator.fingerprint },
    sfts: found.terms.map(({ name, file, sft, metadata, coefficient }, i) => ({
      name,
      file: resolve(file),
      hash: sftHash(sft),
      ...(metadata.date === undefined ? {} : { made: metadata.date }),
      coefficient,
      ...(sfts[i].form === undefined ? {} : { form: sfts[i].form }),
    })),
    rule,
    data: { file: resolve(data), sha256: await dataHash(data) },
    metric: found.metric,
    value: orNull(found.metrics[found.metric]),
    low: orNull(low),
    high: orNull(high),
    metrics: Object.fromEntries(Object.entries(found.metrics).map(([name, value]) => [name, orNull(value)])),
    examples: found.examples,
    of: found.all,
    units: found.units,
    role: role ?? null,
    tuned,
  };
}

/** JSON knows no NaN and no infinity. */
export function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
