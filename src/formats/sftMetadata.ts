import * as z from 'zod';
import { compositionRules } from '../core/compositionRules.ts';
import { userError } from '../core/errors/userError.ts';
import type { Sft } from '../core/sft.ts';

/** Version of the format that is written; files of a higher one are refused. */
const sftFormatVersion = 1;

const fields = {
  /** What it is for: a language, a task, or a sum of others. */
  kind: z.enum(['language', 'task', 'composed']).optional(),
  /** The base model as the user named it (a Hugging Face name or a folder's name). */
  baseName: z.string().optional(),
  /** SHA-256 of the base model's encoder, in hex. */
  baseFingerprint: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'it is not a SHA-256 in hex')
    .optional(),
  /** `tagging`, `classification` ... */
  task: z.string().optional(),
  /** Meaning of the head's outputs, in their order. */
  labels: z.array(z.string()).optional(),
  language: z.string().optional(),
  /** How many entries were selected, over all parameters. */
  k: z.number().optional(),
  /** k / maskable parameters. */
  density: z.number().optional(),
  /** Text of the recipe (YAML) that made it. */
  recipe: z.string().optional(),
  /** Results at the end of training, by name; one that is no number (nothing was there to be counted) is left out. */
  metrics: z
    .record(z.string(), z.number().nullable())
    .transform((metrics) => finite(metrics))
    .optional(),
  /** The 95 % bootstrap interval of one of them. */
  interval: z.object({ metric: z.string(), low: z.number(), high: z.number() }).optional(),
  /** ISO 8601. */
  date: z.string().optional(),
  /** False where the run that made it could not be repeated bit for bit. */
  reproducible: z.boolean().optional(),
  /** What computed it, with its version. */
  engine: z.string().optional(),
  /** Tells full phases apart: SFTs of one have chosen their masks from the same changes. */
  fullPhase: z.string().optional(),
  createdBy: z.string().optional(),
  /** Of a composed SFT: what it was added up from, and whose head it has. */
  parts: z
    .array(
      z.object({
        name: z.string(),
        coefficient: z.number(),
        fingerprint: z.string().optional(),
        head: z.boolean().optional(),
      }),
    )
    .optional(),
  /** Of a composed SFT: the trained ones that it goes back to, through whatever compositions lie between. */
  trained: z.array(z.object({ fingerprint: z.string(), fullPhase: z.string().optional() })).optional(),
  /** Of a composed SFT: how entries of several parts were put together; the sum where it does not say. */
  rule: z.enum(compositionRules).optional(),
  /** Of a composed SFT: true where one of its parts has a head, and none was to be used. */
  noHead: z.boolean().optional(),
  /** Of a pruned SFT: what it was made of, and how many entries that has. */
  pruned: z.object({ name: z.string(), fingerprint: z.string(), entries: z.number() }).optional(),
};

/** What an SFT file says of itself; everything may be absent (the reference's files say nothing). */
export type SftMetadata = z.infer<z.ZodObject<typeof fields>>;

type Field = keyof typeof fields;

/** Names in the file; text fields stand as they are, the others as JSON. */
const keys: Record<Field, string> = {
  kind: 'kind',
  baseName: 'base_name',
  baseFingerprint: 'base_fingerprint',
  task: 'task',
  labels: 'labels',
  language: 'language',
  k: 'k',
  density: 'density',
  recipe: 'recipe',
  metrics: 'metrics',
  interval: 'interval',
  date: 'date',
  reproducible: 'reproducible',
  engine: 'engine',
  fullPhase: 'full_phase',
  createdBy: 'created_by',
  parts: 'parts',
  trained: 'trained',
  rule: 'rule',
  noHead: 'no_head',
  pruned: 'pruned',
};

const json = new Set<Field>([
  'labels',
  'k',
  'density',
  'metrics',
  'interval',
  'reproducible',
  'parts',
  'trained',
  'noHead',
  'pruned',
]);
const names = Object.keys(fields) as Field[];

/** Metadata as the strings of a safetensors header, format version included. @throws Error at what could not be read again */
export function encodeSftMetadata({ metrics, ...others }: SftMetadata): Record<string, string> {
  const metadata: SftMetadata = { ...others, ...(metrics === undefined ? {} : { metrics: finite(metrics) }) };
  const strings: Record<string, string> = { format: 'sft', format_version: String(sftFormatVersion) };
  for (const field of names) {
    const value = metadata[field];
    if (value === undefined) continue;
    const key = keys[field];
    strings[key] = typeof value === 'string' ? value : JSON.stringify(value);
    if (!read(field, strings[key]).success) throw new Error(`Not to be written as ${key}: ${strings[key]}`);
  }
  return strings;
}

/** Those that are numbers: JSON knows no others. */
function finite(metrics: Readonly<Record<string, number | null>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(metrics).filter((one): one is [string, number] => Number.isFinite(one[1])),
  );
}

function read(field: Field, text: string) {
  return fields[field].safeParse(json.has(field) ? parseJson(text) : text);
}

/**
 * Reads what `encodeSftMetadata` wrote; keys of others are passed over.
 * @throws UserError `sft-newer`, `sft-metadata` with the key that is wrong
 */
export function decodeSftMetadata(strings: Readonly<Record<string, string>>, file: string): SftMetadata {
  const version = strings.format_version;
  if (version !== undefined && !(Number(version) <= sftFormatVersion)) {
    throw userError('sft-newer', { version, supported: sftFormatVersion }, { file });
  }
  const metadata: Record<string, unknown> = {};
  for (const field of names) {
    const key = keys[field];
    if (!Object.hasOwn(strings, key)) continue;
    const parsed = read(field, strings[key]);
    if (!parsed.success) {
      const reason = parsed.error.issues[0].message.replace(/^Invalid input: /, '');
      throw userError('sft-metadata', { key, reason }, { file });
    }
    metadata[field] = parsed.data;
  }
  return metadata;
}

const shapesSchema = z.record(z.string(), z.array(z.int().nonnegative()));

/** The parameters' shapes, so that densities can be told, and indices checked, without the base model. */
export function encodeShapes({ diffs }: Sft): Record<string, string> {
  const shapes: Record<string, readonly number[]> = {};
  for (const [parameter, { shape }] of diffs) if (shape !== undefined) shapes[parameter] = shape;
  return Object.keys(shapes).length === 0 ? {} : { shapes: JSON.stringify(shapes) };
}

/** Shapes by parameter; empty if the file does not say them. @throws UserError `sft-metadata` */
export function decodeShapes(
  strings: Readonly<Record<string, string>>,
  file: string,
): Map<string, readonly number[]> {
  if (!Object.hasOwn(strings, 'shapes')) return new Map();
  const parsed = shapesSchema.safeParse(parseJson(strings.shapes));
  if (!parsed.success) {
    throw userError(
      'sft-metadata',
      { key: 'shapes', reason: 'it does not hold one shape a parameter' },
      { file },
    );
  }
  return new Map(Object.entries(parsed.data));
}

/** Null where the text is no JSON, which no field accepts. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
