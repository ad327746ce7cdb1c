import { basename } from 'node:path';
import { readSft } from '../formats/sftFile.ts';
import { homePaths } from '../home/home.ts';
import { readResults } from '../home/resultsRecord.ts';
import type { CardResult } from '../library/hub/card.ts';
import type { Recorded } from '../library/hub/push.ts';
import { sftHash } from '../library/sftHash.ts';
import { type ResultRecord, resultName } from '../protocol/results.ts';
import { choicesOf } from '../trainer/evaluator/tunedOn.ts';

/**
 * What the record of results knows of an SFT: its figures on whole files, alone and with others, the newest of each, and
 * the base. Files on which it or its coefficients were chosen are left out, and so are figures with another base.
 * @throws UserError as `readSft`, `readResults`
 */
export async function recordedResults(file: string): Promise<Recorded> {
  const { sft, metadata } = await readSft(file);
  const hash = sftHash(sft);
  const known = (await readResults(homePaths().results)).filter(
    ({ base }) => metadata.baseFingerprint === undefined || metadata.baseFingerprint === base.fingerprint,
  );
  const all = known.filter(({ sfts }) => sfts.some((one) => one.hash === hash));
  const tunedOn = new Set(choicesOf(known, [{ sft, metadata }]).map(({ data }) => data.sha256));
  const newest = new Map<string, CardResult>();
  for (const record of all) {
    const row = tunedOn.has(record.data.sha256) ? undefined : cardRow(record, hash);
    if (row === undefined) continue;
    const key = `${record.data.sha256} ${row.data}`;
    newest.delete(key);
    newest.set(key, row);
  }
  return { results: [...newest.values()], base: all.at(-1)?.base.name };
}

function cardRow(record: ResultRecord, hash: string): CardResult | undefined {
  const { sfts, rule, data, metric, value, low, high, examples, of, role, base } = record;
  const isWhole = examples === of && rule === 'sum';
  if (!isWhole || value === null || low === null || high === null) return undefined;
  if (sfts.some((sft) => sft.hash === hash && sft.coefficient !== 1)) return undefined;
  const others = sfts.filter((sft) => sft.hash !== hash);
  const name = basename(data.file).replace(/\.[a-z]+$/i, '');
  const beside = others.length === 0 ? '' : `, with ${resultName({ sfts: others, base })}`;
  return {
    data: `${name}${role === null ? '' : ` (${role})`}${beside}`,
    metric,
    value,
    interval: [low, high],
    examples,
  };
}
