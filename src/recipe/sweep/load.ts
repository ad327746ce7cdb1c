import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Place } from '../../core/errors/problem.ts';
import { userError, UserError } from '../../core/errors/userError.ts';
import { placeFinding, recipeError } from '../check.ts';
import type { Path } from '../finding.ts';
import { readRecipeText } from '../load.ts';
import { readYaml } from '../yamlTree.ts';
import { fillText } from './placeholders.ts';
import { parseSweep, type WrittenSweep } from './read.ts';
import { joined, loadRows, orNone, type Row } from './rows.ts';

/** A recipe as it stands in its file, its placeholders not filled. */
export interface Template {
  readonly file: string;
  /** Folder from which its paths start. */
  readonly folder: string;
  readonly value: unknown;
  readonly place: (path: Path) => Place;
}

/** A sweep with the tables and recipes that it names, in memory. */
export interface LoadedSweep extends WrittenSweep {
  readonly languages: readonly Row[];
  readonly tasks: readonly Row[];
  /** Of each evaluation, the rows for which it is made. */
  readonly targets: readonly (readonly Row[])[];
  /** Recipes by the path that the sweep gives, placeholders filled; by an empty one, that which stands in the sweep. */
  readonly templates: ReadonlyMap<string, Template>;
}

/**
 * Reads a sweep, its tables and its recipes.
 * @throws UserError of reading; of the sweep; of the YAML of a recipe; `sweep-placeholder`, `sweep-recipe-missing`
 */
export async function loadSweep(file: string): Promise<LoadedSweep> {
  const written = parseSweep(await readRecipeText(file), file);
  const { sweep, folder } = written;
  const languages = await loadRows(sweep.languages, 'language', folder);
  const tasks = await loadRows(sweep.tasks, 'task', folder);
  const targets: (readonly Row[])[] = [];
  for (const { each } of sweep.evaluate ?? []) targets.push(await loadRows(each, 'target', folder));
  const templates = new Map<string, Template>();
  for (const task of orNone(tasks)) {
    for (const language of orNone(languages)) {
      const name = templateName(written, [language, task]);
      if (!templates.has(name)) templates.set(name, await loadTemplate(written, name));
    }
  }
  return { ...written, languages, tasks, targets, templates };
}

/** By which name the recipe of these rows is found among the templates. @throws UserError `sweep-placeholder` */
export function templateName({ sweep, place }: WrittenSweep, rows: readonly (Row | null)[]): string {
  return typeof sweep.recipe === 'string' ? fillText(sweep.recipe, joined(rows), ['recipe'], place) : '';
}

async function loadTemplate({ sweep, file, folder, place }: WrittenSweep, name: string): Promise<Template> {
  if (name === '') {
    return { file, folder, value: sweep.recipe, place: (path) => place(['recipe', ...path]) };
  }
  const path = resolve(folder, name);
  const shown = isAbsolute(name) ? name : join(dirname(file), name);
  const text = await readRecipeText(path).catch((error: unknown) => {
    const isMissing = error instanceof UserError && error.code === 'file-missing';
    throw isMissing ? userError('sweep-recipe-missing', { path }, place(['recipe'])) : error;
  });
  const yaml = readYaml(text);
  if (yaml.findings.length > 0) {
    throw recipeError(
      yaml.findings.map(({ finding, span }) => placeFinding(finding, span, yaml)),
      shown,
    );
  }
  return {
    file: shown,
    folder: dirname(path),
    value: yaml.value,
    place: (at) => ({ file: shown, line: yaml.position(yaml.locate(at, 'key')[0]).line }),
  };
}

/** What a recipe without a name is called. */
export function templateTitle({ file }: Template): string {
  return basename(file).replace(/(\.sft|\.sweep)?\.ya?ml$/i, '');
}
