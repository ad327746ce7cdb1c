import { isAbsolute, relative, sep } from 'node:path';
import { Document, isMap, isScalar, visit } from 'yaml';
import type { ResolvedRecipe } from './types.ts';

/** How paths are written: relative to `from` where they lie inside `within`, absolute elsewhere. */
export interface PathStyle {
  /** Folder in which the text will stand. */
  readonly from: string;
  /** Folder that is moved as a whole, for instance the one of the original recipe. */
  readonly within: string;
}

/**
 * A resolved recipe as a recipe's text with every field filled in, for the run folder: reading and resolving it gives
 * the same recipe. Without a `style` all paths are absolute.
 */
export function stringifyRecipe(recipe: ResolvedRecipe, style?: PathStyle): string {
  const document = new Document(written(recipe, (path) => styled(path, style)));
  document.commentBefore = ' Every field of the recipe that this run was started with, defaults included.';
  // Small groups stand on one line, as one writes them.
  visit(document, {
    Map: (key, map) => {
      if (key !== null && map.items.every((pair) => !isMap(pair.value) && isScalar(pair.key)))
        map.flow = true;
    },
    Seq: (_, seq) => {
      seq.flow = seq.items.every((item) => isScalar(item)) && seq.items.length <= 8;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/** The fields as the schema wants them: what is null is left out. */
function written(recipe: ResolvedRecipe, path: (absolute: string) => string): unknown {
  const { data, ...rest } = recipe;
  const { kind, name, language, base, apply, task, sources, ...others } = {
    task: undefined,
    sources: null,
    ...rest,
  };
  const { select, maxLength, full, fullFrom, ...settings } = others;
  return withoutNull({
    kind,
    name,
    language,
    base: path(base),
    apply: apply.map((applied) => ({ ...applied, sft: path(applied.sft) })),
    task,
    sources: sources?.map((source) => ({
      name: source.name,
      ...taskData(source, path),
      apply: source.apply.map(({ sft, coefficient }) => ({ sft: path(sft), coefficient })),
      language: source.language,
      repeat: source.repeat,
    })),
    data: sources === null ? ('train' in data ? taskData(data, path) : languageData(data, path)) : null,
    select: {
      k: select.k,
      by: select.by,
      iterations: select.iterations,
      within: select.within,
      budget: select.budget,
    },
    full: fullFrom === undefined ? full : { ...full, from: path(fullFrom) },
    ...settings,
    maxLength: kind === 'task' ? maxLength : null,
  });
}

function taskData(
  data: Extract<ResolvedRecipe, { kind: 'task' }>['data'],
  path: (absolute: string) => string,
): { train: readonly string[]; validation: readonly string[] | null } {
  return { train: data.train.map(path), validation: optional(data.validation.map(path)) };
}

function languageData(
  data: Extract<ResolvedRecipe, { kind: 'language' }>['data'],
  path: (absolute: string) => string,
): unknown {
  const share = data.validation.length > 0 ? null : data.validationShare;
  return {
    text: data.text.map(path),
    validation: optional(data.validation.map(path)),
    validationShare: share,
  };
}

/** An empty list is not a value of the schema. */
function optional(files: readonly string[]): readonly string[] | null {
  return files.length > 0 ? files : null;
}

function styled(path: string, style: PathStyle | undefined): string {
  if (style === undefined) return path;
  const inside = relative(style.within, path);
  const outside = inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  return outside ? path : relative(style.from, path).replaceAll(sep, '/') || '.';
}

function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutNull(inner)]));
}
