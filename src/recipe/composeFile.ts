import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { Document, isMap, isScalar, isSeq, visit } from 'yaml';
import * as z from 'zod';
import { type UserError, userError } from '../core/errors/userError.ts';
import {
  type ComposeDocument,
  type ComposeRow,
  type ComposeSetting,
  compositionRules,
  mostCoefficient,
  mostPast,
  type NamedSetting,
  type PastSetting,
  type PastSweep,
} from '../protocol/compose.ts';
import { pathText } from './finding.ts';
import { taskNames } from './taskNames.ts';
import { readYaml } from './yamlTree.ts';

/** Of compose files that this program writes and reads. */
const version = 1;

/** Characters that a compose file may have: 200 past settings and a sweep take more than a recipe may. */
export const maxComposeLength = 1024 * 1024;
const maxNameLength = 1000;

const path = z.string().min(1).max(4096);
const coefficient = z.number().min(-mostCoefficient).max(mostCoefficient);
const figure = z.number().nullable();
const rule = z.enum(compositionRules);
const term = z.strictObject({ file: path, coefficient });
const past = { rule: rule.optional(), head: path.optional() };

const schema = z.strictObject({
  version: z.literal(version),
  base: path.optional(),
  rule: rule.optional(),
  head: path.optional(),
  force: z.boolean().optional(),
  sfts: z.array(z.strictObject({ file: path, coefficient, on: z.boolean().optional() })).max(100),
  data: z
    .strictObject({
      file: path,
      column: z.enum(['upos', 'xpos', 'feats', 'deprel', 'tag']).optional(),
      text: z.string().optional(),
      pair: z.string().optional(),
      label: z.string().optional(),
      rename: z.record(z.string(), z.string()).optional(),
      decoding: z.enum(['tree', 'greedy']).optional(),
      language: z.string().optional(),
      labels: z.array(z.string()).optional(),
      /** For an SFT that does not say it. */
      task: z.enum(taskNames).optional(),
      blockSize: z.int().min(1).max(100_000).optional(),
      /** What the file is for; `dev` unless it is said. */
      role: z.enum(['dev', 'test']).optional(),
    })
    .optional(),
  reference: z
    .strictObject({ name: z.string().max(maxNameLength), sfts: z.array(term).max(100), ...past })
    .optional(),
  history: z
    .array(
      z.strictObject({
        time: z.string().max(40),
        data: path,
        metric: z.string().max(40),
        value: figure,
        low: figure,
        high: figure,
        examples: z.int().min(0),
        sfts: z.array(term).max(100),
        ...past,
      }),
    )
    .max(mostPast)
    .optional(),
  sweep: z
    .strictObject({
      data: path,
      metric: z.string().max(40),
      examples: z.int().min(0),
      /** What else was added; not said in files of before. */
      sfts: z
        .array(z.strictObject({ file: path, coefficient, on: z.boolean().optional() }))
        .max(100)
        .optional(),
      ...past,
      axes: z
        .array(
          z.strictObject({ file: path, from: coefficient, to: coefficient, count: z.int().min(2).max(101) }),
        )
        .min(1)
        .max(2),
      points: z.array(z.array(figure)).max(101 * 101),
      time: z.string().max(40).optional(),
    })
    .refine(
      ({ axes, points }) =>
        points.every(
          (point) => point.length === axes.length + 3 && !point.slice(0, axes.length).includes(null),
        ),
      { path: ['points'], message: 'a point is its coefficients, the figure, and the ends of its interval' },
    )
    .optional(),
});

type Written = z.infer<typeof schema>;
type WrittenPast = Pick<Written, 'rule' | 'head'> & {
  readonly sfts: readonly (z.infer<typeof term> & { readonly on?: boolean | undefined })[];
};

/**
 * Reads the text of a compose file that lies at `file`; its paths start at its folder. Looks at no other file.
 * @throws UserError `compose-file`, `compose-file-field`, `compose-file-newer`, with file and line
 */
export function parseCompose(text: string, file: string): ComposeDocument {
  const yaml = readYaml(text, maxComposeLength);
  const at = (offset: number) => ({ file, line: yaml.position(offset).line });
  for (const { finding, span } of yaml.findings) {
    // The reader of YAML speaks of the files that it mostly reads.
    const reason = finding.problem.what.replaceAll('recipe', 'compose file');
    throw userError('compose-file', { reason }, at(span[0]));
  }
  const newer = newerVersion(yaml.value);
  if (newer !== undefined)
    throw userError('compose-file-newer', { version: newer, supported: version }, { file, line: 1 });
  const read = schema.safeParse(yaml.value);
  const wrong = (where: readonly (string | number)[], reason: string): UserError =>
    userError(
      'compose-file-field',
      { field: where.length === 0 ? 'A field' : pathText(where), reason },
      at(yaml.locate(where, 'key')[0]),
    );
  if (!read.success) {
    // A misspelt field says more than the one that is missing for it.
    const { issues } = read.error;
    const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
    const where = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    const key = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
    throw wrong([...where, ...key], key.length > 0 ? 'there is no such field' : reasonOf(issue));
  }
  const { sfts } = read.data;
  const names = sfts.map((one) => resolve(dirname(file), one.file));
  const again = names.findIndex((name, i) => names.indexOf(name) < i);
  if (again >= 0) throw wrong(['sfts', again, 'file'], 'the SFT is in the list already');
  return documentOf(read.data, dirname(file));
}

function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'it is missing';
  if (issue.code === 'invalid_value' && issue.input === undefined)
    return `it is missing, and must be ${issue.values.map(String).join(' or ')}`;
  return lowered(issue.message);
}

/**
 * A document as the text of a file at `file`: paths within its folder are relative to it. The oldest past settings are left out where
 * it would be longer than a file may be.
 */
export function stringifyCompose(document: ComposeDocument, file: string): string {
  const { history } = document;
  for (let from = 0; ; from += Math.ceil((history.length - from) / 4)) {
    const text = textOf({ ...document, history: history.slice(from) }, file);
    if (text.length <= maxComposeLength || from === history.length) return text;
  }
}

function textOf(document: ComposeDocument, file: string): string {
  const folder = dirname(file);
  const name = (absolute: string): string => {
    const inner = relative(folder, absolute);
    return inner === '' || inner.startsWith('..') || isAbsolute(inner)
      ? absolute
      : inner.split(sep).join('/');
  };
  const { base, setting, data, reference, history, sweep } = document;
  const pastOf = ({ rows, rule, head }: ComposeSetting): WrittenPast => ({
    ...(rule === 'sum' ? {} : { rule }),
    ...(head === null ? {} : { head: headName(head, name) }),
    sfts: rows.map((row) => ({ file: name(row.file), coefficient: row.coefficient, ...offIn(row) })),
  });
  const { data: dataFile, ...reading } = data ?? { data: undefined };
  const written = {
    version,
    ...(base === null ? {} : { base: name(base) }),
    rule: setting.rule,
    ...(setting.head === null ? {} : { head: headName(setting.head, name) }),
    ...(setting.force ? { force: true } : {}),
    sfts: setting.rows.map((row) => ({
      file: name(row.file),
      coefficient: row.coefficient,
      ...offIn(row),
    })),
    ...(dataFile === undefined ? {} : { data: { file: name(dataFile), ...reading } }),
    ...(reference === null
      ? {}
      : { reference: { name: reference.name.slice(0, maxNameLength), ...pastOf(reference.setting) } }),
    ...(history.length === 0
      ? {}
      : {
          history: history.map((one) => ({
            time: one.time,
            data: name(one.data),
            ...one.figure,
            ...pastOf(one.setting),
          })),
        }),
    ...(sweep === null
      ? {}
      : {
          sweep: { ...writtenSweep(sweep, name), ...(sweep.setting === null ? {} : pastOf(sweep.setting)) },
        }),
  };
  const yaml = new Document(written);
  yaml.commentBefore = ' A compose bench of SFT Studio: which SFTs are added to the base, and how.';
  visit(yaml, {
    // A row or a past setting stands on one line.
    Map: (key, map) => {
      if (key !== null && map.items.every(({ value }) => isScalar(value) || isFlat(value))) map.flow = true;
    },
  });
  return yaml.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function offIn({ on }: ComposeRow): { readonly on?: false } {
  return on ? {} : { on: false };
}

function isFlat(value: unknown): boolean {
  return (
    isSeq(value) &&
    value.items.every(
      (item) => isScalar(item) || (isMap(item) && item.items.every((one) => isScalar(one.value))),
    )
  );
}

function headName(head: string, name: (path: string) => string): string {
  return head === 'none' ? head : name(head);
}

function documentOf(written: Written, folder: string): ComposeDocument {
  const full = (name: string): string => resolve(folder, name);
  const head = (name: string | undefined): string | null =>
    name === undefined ? null : name === 'none' ? name : full(name);
  const past = ({ sfts, rule = 'sum', ...one }: WrittenPast): ComposeSetting => ({
    rows: sfts.map((row) => ({ file: full(row.file), coefficient: row.coefficient, on: row.on ?? true })),
    rule,
    head: head(one.head),
    force: written.force ?? false,
  });
  const { base, sfts, data, reference, history = [], sweep } = written;
  const { file: dataFile, ...reading } = data ?? { file: undefined };
  return {
    base: base === undefined ? null : full(base),
    setting: {
      rows: sfts.map((row) => ({ file: full(row.file), coefficient: row.coefficient, on: row.on ?? true })),
      rule: written.rule ?? 'sum',
      head: head(written.head),
      force: written.force ?? false,
    },
    data: dataFile === undefined ? null : { data: full(dataFile), ...reading },
    reference:
      reference === undefined
        ? null
        : ({ name: reference.name, setting: past(reference) } satisfies NamedSetting),
    history: history.map(({ time, data: file, metric, value, low, high, examples, ...one }): PastSetting => ({
      setting: past(one),
      data: full(file),
      figure: { metric, value, low, high, examples },
      time,
    })),
    sweep:
      sweep === undefined
        ? null
        : {
            ...sweepOf(sweep, full),
            setting: sweep.sfts === undefined ? null : past({ ...sweep, sfts: sweep.sfts }),
          },
  };
}

/** The version that a file says, where it is one that is not known yet. */
function newerVersion(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('version' in value)) return undefined;
  return typeof value.version === 'number' && value.version > version ? value.version : undefined;
}

function lowered(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, '');
}

/** Each point as a list: its coefficients, the figure, and the ends of its interval. */
function writtenSweep(sweep: PastSweep, name: (path: string) => string): NonNullable<Written['sweep']> {
  const { data, metric, examples, axes, points, time } = sweep;
  return {
    data: name(data),
    metric,
    examples,
    ...(time === undefined ? {} : { time }),
    axes: axes.map((axis) => ({ ...axis, file: name(axis.file) })),
    points: points.map(({ coefficients, value, low, high }) => [...coefficients, value, low, high]),
  };
}

function sweepOf(
  { data, metric, examples, axes, points, time }: NonNullable<Written['sweep']>,
  full: (name: string) => string,
): Omit<PastSweep, 'setting'> {
  return {
    metric,
    examples,
    ...(time === undefined ? {} : { time }),
    data: full(data),
    axes: axes.map((axis) => ({ ...axis, file: full(axis.file) })),
    points: points.map((numbers) => {
      const [value, low, high] = numbers.slice(axes.length);
      return {
        coefficients: numbers.slice(0, axes.length).map((one) => one ?? 0),
        value: value ?? null,
        low: low ?? null,
        high: high ?? null,
      };
    }),
  };
}
