import { createHash } from 'node:crypto';

/** Characters of a run's name at most: it names folders and files. */
const longest = 80;

/** What a run is called: its rows, what is varied, and the seed; short, and fit for a file's name. */
export function runName(
  labels: readonly string[],
  settings: Readonly<Record<string, unknown>>,
  seed: number | null,
): string {
  const fields = Object.keys(settings);
  const parts = [
    ...labels,
    ...fields.map((field) => {
      const alone = fields.filter((other) => last(other) === last(field)).length === 1;
      return `${alone ? last(field) : field}${valueText(settings[field])}`;
    }),
    ...(seed === null ? [] : [`s${seed}`]),
  ];
  const name = parts
    .map(plain)
    .filter((part) => part !== '')
    .join('-');
  if (name.length <= longest) return name;
  return `${name.slice(0, longest - 9).replace(/[.-]+$/, '')}-${shortHash(name)}`;
}

/** Eight characters that tell texts apart. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/** A value as a part of a name, and as the matrix shows it. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.map(valueText).join('+');
  return JSON.stringify(value);
}

function last(field: string): string {
  return field.split('.').at(-1) ?? field;
}

function plain(part: string): string {
  return part
    .replaceAll(/[^\p{L}\p{M}\p{N}_.+-]+/gu, '_')
    .replaceAll(/^[^\p{L}\p{M}\p{N}_]+|[^\p{L}\p{M}\p{N}_+-]+$/gu, '');
}
