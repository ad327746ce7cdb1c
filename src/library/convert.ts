import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encoderName } from '../core/canonicalNames.ts';
import { userError } from '../core/errors/userError.ts';
import type { Sft } from '../core/sft.ts';
import { encoderShapes } from '../formats/encoderShapes.ts';
import { writeError } from '../formats/fileErrors.ts';
import { readModelConfig } from '../formats/modelFolder.ts';
import { writeSftBin } from '../formats/sftBinWriter.ts';
import { readSft, type SftMetadata, writeSft } from '../formats/sftFile.ts';
import { locateSft, sftBinName } from '../formats/sftLocation.ts';

export interface ConvertOptions {
  /** The base model's folder: for shapes that the SFT does not say, and to check those that it does. */
  readonly base?: string | undefined;
  /** Replace a file that is there already. */
  readonly force?: boolean | undefined;
  /** What the reference's file does not say and ours keeps. */
  readonly labels?: readonly string[] | undefined;
  readonly task?: string | undefined;
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
 * @throws UserError of reading and writing; `convert-exists`, `convert-same-format`, `convert-shape`, `sft-shape`
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
  options.onStep?.(`reading ${source.file}`);
  const { sft, metadata } = await readSft(input);
  const shapes = baseShapes(sft, options.base, source.file);
  options.onStep?.(`writing ${file}`);
  const entries = [...sft.diffs.values()].reduce((sum, { indices }) => sum + indices.length, 0);
  if (format === 'safetensors') {
    const { labels, task, language } = options;
    await writeSft(file, sft, {
      ...metadata,
      ...given({ labels: labels?.slice(), task, language }),
      k: entries,
    });
    return { file, format, entries, lost: [] };
  }
  if (file !== out) await makeFolder(dirname(file));
  await writeSftBin(file, sft, shapes);
  return { file, format, entries, lost: Object.keys(given(metadata)) as (keyof SftMetadata)[] };
}

function targetOf(out: string): Pick<Converted, 'file' | 'format'> {
  if (/\.safetensors$/i.test(out)) return { file: out, format: 'safetensors' };
  return { file: /\.bin$/i.test(out) ? out : join(out, sftBinName), format: sftBinName };
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
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
