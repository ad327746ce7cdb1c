import { resolve } from 'node:path';
import type { Place } from '../../core/errors/problem.ts';
import { UserError, userError } from '../../core/errors/userError.ts';
import { uniform } from '../../core/random.ts';
import { checkRecipeValue } from '../check.ts';
import type { Finding, Path } from '../finding.ts';
import type { LoadedRecipe } from '../load.ts';
import { type LoadedSweep, type Template, templateName, templateTitle } from './load.ts';
import { runName, shortHash } from './names.ts';
import { fill } from './placeholders.ts';
import { drawFrom, rangeValues } from './ranges.ts';
import { joined, orNone, type Row } from './rows.ts';

/** More runs than anybody means. */
export const mostRuns = 100_000;

/** Values of the varied fields, by their dotted paths. */
type Settings = Readonly<Record<string, unknown>>;

/** A run of a sweep: what makes it, and its recipe, well-formed; what that names may be missing. */
export interface SweepRun {
  /** Its own in the sweep. */
  readonly name: string;
  readonly language: Row | null;
  readonly task: Row | null;
  readonly settings: Settings;
  /** null: the recipe's own. */
  readonly seed: number | null;
  readonly loaded: LoadedRecipe;
  /** What the recipe holds, and where a field of it stands: in the recipe, or where the sweep varies it. */
  readonly value: Readonly<Record<string, unknown>>;
  readonly place: (path: Path) => Place;
}

/** How many runs a sweep has, without making them. */
export function countRuns({ sweep, languages, tasks }: LoadedSweep): number {
  const { vary = {}, seeds, search = 'grid' } = sweep;
  const combinations =
    search === 'grid'
      ? Object.values(vary).reduce<number>(
          (product, values) => product * (Array.isArray(values) ? values.length : (values.steps ?? 1)),
          1,
        )
      : search.random;
  return combinations * orNone(languages).length * orNone(tasks).length * (seeds?.length ?? 1);
}

/**
 * The runs of a sweep: for each task, language, combination of values and seed, in this order. Depends on nothing else.
 * @throws UserError of the recipes, with the place in the recipe or in the sweep; `sweep-too-many`, `sweep-vary-path`,
 * `sweep-placeholder`, `sweep-column-twice`
 */
export function expandSweep(loaded: LoadedSweep): SweepRun[] {
  const { sweep, languages, tasks, place } = loaded;
  const runs = countRuns(loaded);
  if (runs > mostRuns) throw userError('sweep-too-many', { runs, limit: mostRuns }, place([]));
  refuseCommon(loaded);
  const all = combinations(loaded);
  const seeds = sweep.seeds ?? [null];
  const taken = new Set<string>();
  return orNone(tasks).flatMap((task) =>
    orNone(languages).flatMap((language) => {
      const template = loaded.templates.get(templateName(loaded, [language, task]));
      if (template === undefined) throw new Error('A recipe was not loaded.');
      const filled = fill(template.value, joined([language, task]), [], template.place);
      return all.flatMap((settings) =>
        seeds.map((seed) => makeRun({ loaded, template, filled, language, task, settings, seed, taken })),
      );
    }),
  );
}

interface RunParts {
  readonly loaded: LoadedSweep;
  readonly template: Template;
  /** What the template holds, its placeholders filled. */
  readonly filled: unknown;
  readonly language: Row | null;
  readonly task: Row | null;
  readonly settings: Settings;
  readonly seed: number | null;
  /** Names of the runs before. */
  readonly taken: Set<string>;
}

function makeRun({ loaded, template, filled, language, task, settings, seed, taken }: RunParts): SweepRun {
  const labels = [task, language].flatMap((row) => (row === null ? [] : [row.label]));
  const title = runName(labels, settings, seed);
  const short = title === '' ? templateTitle(template) : title;
  const name = taken.has(short)
    ? `${short}-${shortHash(JSON.stringify([language, task, settings, seed]))}`
    : short;
  // What would be repeated was refused when it was read, and two runs in one folder would each take the other's for its own.
  if (taken.has(name)) throw new Error(`Two runs of the sweep would be called ${name}.`);
  taken.add(name);
  const place = placeIn(loaded, template, settings);
  const own = Object.entries({ ...settings, ...(seed === null ? {} : { seed }), name });
  const value = own.reduce<unknown>(
    (before, [field, to]) => withField(before, field.split('.'), to, () => varyPathError(loaded, field)),
    filled,
  );
  const { recipe, findings } = checkRecipeValue(value);
  if (recipe === undefined) throw errorOf(findings, place);
  const file = template.file;
  return {
    name,
    language,
    task,
    settings,
    seed,
    value: isGroup(value) ? value : {},
    place,
    loaded: { file, recipe, place, folder: resolve(template.folder), fileName: name },
  };
}

/** A field that the sweep varies stands there, every other one in the recipe. */
function placeIn({ place, sweep }: LoadedSweep, template: Template, settings: Settings) {
  const varied = Object.keys(settings).map((field) => ({ field, parts: field.split('.') }));
  return (path: Path): Place => {
    const found = varied.find(({ parts }) => parts.every((part, i) => String(path[i]) === part));
    if (found !== undefined) return place(['vary', found.field]);
    const inside = varied.find(({ parts }) => path.every((part, i) => String(part) === parts[i]));
    if (inside !== undefined && path.length > 0) return place(['vary', inside.field]);
    if (sweep.seeds !== undefined && path[0] === 'seed') return place(['seeds']);
    return template.place(path);
  };
}

function errorOf([first]: readonly Finding[], place: (path: Path) => Place): UserError {
  return new UserError(first.code, first.problem, place(first.path));
}

function varyPathError({ place }: LoadedSweep, field: string): UserError {
  const part = field.split('.').slice(0, -1).join('.');
  return userError('sweep-vary-path', { field, part: part === '' ? 'it' : part }, place(['vary', field]));
}

/** A value with another one at a path; groups that are missing are made. */
function withField(
  value: unknown,
  [key, ...rest]: readonly string[],
  to: unknown,
  refuse: () => Error,
): unknown {
  if (Array.isArray(value)) {
    if (!/^\d+$/.test(key) || Number(key) >= value.length) throw refuse();
    return value.map((inner: unknown, i) =>
      i === Number(key) ? (rest.length === 0 ? to : withField(inner, rest, to, refuse)) : inner,
    );
  }
  if (value !== undefined && !isGroup(value)) throw refuse();
  const group = value ?? {};
  const inner = Object.hasOwn(group, key) ? Reflect.get(group, key) : undefined;
  return { ...group, [key]: rest.length === 0 ? to : withField(inner, rest, to, refuse) };
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** All combinations of values, the last field's changing first; or so many of them, drawn at random. */
function combinations({ sweep }: LoadedSweep): Settings[] {
  const { vary = {}, search = 'grid' } = sweep;
  const fields = Object.entries(vary);
  if (search === 'grid') {
    return fields.reduce<Settings[]>(
      (before, [field, values]) => {
        const all = Array.isArray(values) ? values : rangeValues(values, values.steps ?? 2);
        return before.flatMap((settings) => all.map((value: unknown) => ({ ...settings, [field]: value })));
      },
      [{}],
    );
  }
  const { random, seed = 0 } = search;
  const found = new Map<string, Settings>();
  // Where few combinations exist, most draws are known already.
  for (let draw = 0; found.size < random && draw < 100 * random; draw++) {
    const settings = Object.fromEntries(
      fields.map(([field, values], dimension): [string, unknown] => [
        field,
        Array.isArray(values)
          ? values[Math.floor(uniform(seed, draw, dimension) * values.length)]
          : drawFrom(values, seed, draw, dimension),
      ]),
    );
    found.set(JSON.stringify(settings), settings);
  }
  return [...found.values()];
}

function refuseCommon({ languages, tasks, place }: LoadedSweep): void {
  const columns = new Set(languages.flatMap((row) => Object.keys(row.columns)));
  const twice = tasks.flatMap((row) => Object.keys(row.columns)).find((column) => columns.has(column));
  if (twice !== undefined) throw userError('sweep-column-twice', { column: twice }, place(['tasks']));
}
