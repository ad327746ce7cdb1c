import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from '../formats/makeFolder.ts';
import { encoderName } from '../core/canonicalNames.ts';
import { userError } from '../core/errors/userError.ts';
import type { Sft } from '../core/sft.ts';
import { encoderShapes } from '../formats/encoderShapes.ts';
import { writeError } from '../formats/fileErrors.ts';
import { readModelConfig } from '../formats/modelFolder.ts';
import { writeSftBin } from '../formats/sftBinWriter.ts';
import { readSft, type SftMetadata, writeSft } from '../formats/sftFile.ts';
import { locateSft, sftBinName } from '../formats/sftLocation.ts';
import { type TaskName, taskNames, trainedFor } from '../recipe/taskNames.ts';
import { headOutputs, headTypes } from './headTypes.ts';

export interface ConvertOptions {
  /** The base model's folder: for shapes that the SFT does not say, and to check those that it does. */
  readonly base?: string | undefined;
  /** Replace a file that is there already. */
  readonly force?: boolean | undefined;
  /** What the reference's file does not say and ours keeps. */
  readonly labels?: readonly string[] | undefined;
  readonly task?: TaskName | undefined;
  readonly language?: string | undefined;
  /** Called before each part of the work, with words for it. */
  readonly onStep?: ((text: string) => void) | undefined;
}

export interface Converted {
  /** The file that was written. */
  readonly file: string;
  readonly format: 'safetensors' | typeof sftBinName;
  /** Number of sparse entries. */
  readonly entries: number;
  /** What the SFT said of itself and its new file cannot keep. */
  readonly lost: readonly (keyof SftMetadata)[];
}

/**
 * Converts an SFT from our format to the reference's or back; no number changes. `out` says to which: a `.safetensors` file, a
 * `.bin` file, or a folder for `pytorch_diff.bin`.
 * @throws UserError of reading and writing; `convert-exists`, `convert-same-format`, `convert-unsaid`, `convert-shape`, `sft-shape`;
 *   `evaluate-task`, `evaluate-labels`, `evaluate-labels-unused` where the head is not what is said of it
 */
export async function convertSft(
  input: string,
  out: string,
  options: ConvertOptions = {},
): Promise<Converted> {
  const { file, format } = targetOf(out);
  const source = await locateSft(input);
  if (source.isBin === (format === sftBinName))
    throw userError('convert-same-format', { format }, { file: source.file });
  if (existsSync(file) && options.force !== true) throw userError('convert-exists', undefined, { file });
  const said = (['labels', 'task', 'language'] as const).filter((name) => options[name] !== undefined);
  if (format === sftBinName && said.length > 0) {
    throw userError('convert-unsaid', { said: said.map((name) => `--${name}`) }, { file });
  }
  options.onStep?.(`reading ${source.file}`);
  const { sft, metadata } = await readSft(input);
  const shapes = baseShapes(sft, options.base, source.file);
  options.onStep?.(`writing ${file}`);
  const entries = [...sft.diffs.values()].reduce((sum, { indices }) => sum + indices.length, 0);
  if (format === 'safetensors') {
    checkSaid(sft, options, source.file);
    const { labels, language } = options;
    await writeSft(file, sft, {
      ...metadata,
      ...given({ labels: labels?.slice(), language, ...saidOfTask(options) }),
      k: entries,
    });
    return { file, format, entries, lost: [] };
  }
  if (file !== out) await makeTarget(dirname(file));
  await writeSftBin(file, sft, shapes);
  return { file, format, entries, lost: Object.keys(given(metadata)) as (keyof SftMetadata)[] };
}

/** `language` is a kind of SFT, and no task. */
function saidOfTask({ task }: ConvertOptions): Pick<SftMetadata, 'kind' | 'task'> {
  if (task === undefined) return {};
  return task === 'language' ? { kind: 'language' } : { kind: 'task', task: trainedFor(task) };
}

/** Refuses what is said of a head that the SFT does not have. */
function checkSaid({ diffs, abs }: Sft, { task, labels }: ConvertOptions, file: string): void {
  const possible = headTypes([...diffs.keys(), ...abs.keys()]);
  if (task !== undefined && !possible.includes(trainedFor(task))) {
    const fitting = taskNames.filter((name) => possible.includes(trainedFor(name)));
    throw userError('evaluate-task', { name: basename(file), task, possible: fitting }, { file });
  }
  if (labels === undefined) return;
  const outputs = headOutputs(abs);
  if (outputs === undefined) throw userError('evaluate-labels-unused', { type: possible[0] }, { file });
  if (outputs !== labels.length) {
    throw userError('evaluate-labels', { outputs, labels: labels.length }, { file });
  }
}

function targetOf(out: string): Pick<Converted, 'file' | 'format'> {
  if (/\.safetensors$/i.test(out)) return { file: out, format: 'safetensors' };
  return { file: /\.bin$/i.test(out) ? out : join(out, sftBinName), format: sftBinName };
}

async function makeTarget(folder: string): Promise<void> {
  await makeFolder(folder).catch((error: unknown) => {
    throw writeError(error, folder);
  });
}

/** The encoder's shapes by the SFT's own names for them, whatever their prefix. */
function baseShapes({ diffs }: Sft, base: string | undefined, file: string): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  if (base === undefined) return shapes;
  const canonical = new Map(
    [...encoderShapes(readModelConfig(base))].map(([name, shape]) => [encoderName(name), shape]),
  );
  for (const [parameter, { shape: found }] of diffs) {
    const wanted = canonical.get(encoderName(parameter) ?? '');
    if (wanted === undefined) throw userError('sft-parameter-unknown', { parameter, sft: file }, { file });
    if (found !== undefined && String(found) !== String(wanted)) {
      throw userError('sft-shape', { parameter, sft: file, found, wanted }, { file });
    }
    shapes.set(parameter, wanted);
  }
  return shapes;
}

/** The fields that are not undefined. */
function given<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
