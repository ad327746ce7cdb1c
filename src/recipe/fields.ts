import { recipeJsonSchema } from './schema.ts';
import { fieldOfOtherName, nearest } from './nearest.ts';
import { type Finding, finding, type Path, pathText } from './finding.ts';
import type { Kind } from './types.ts';

/** The fields of one group: its place (`optimizer`, `apply[]`, empty at the top) and their names. */
type Groups = ReadonlyMap<string, readonly string[]>;

/** A JSON Schema, as far as names of fields need it. */
export interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string;
  readonly description?: string;
  readonly required?: readonly string[];
  readonly additionalProperties?: SchemaNode | boolean;
  /** What sort of file or folder a text names; a `reference` is an SFT, perhaps with a coefficient. Of cells and sweeps alone. */
  readonly names?: 'base' | 'sft' | 'reference' | 'data' | 'text' | 'table' | 'recipe';
}

/** The fields that something written in YAML may have, for messages about those that it may not. */
export interface KnownFields {
  /** Names of the fields of the group at a path. */
  at(path: Path): readonly string[];
  /** What somebody who wrote `key` in the group at `path` probably meant: a field there, or one elsewhere. */
  meant(path: Path, key: string): string | undefined;
  /** What is said of a field that belongs to another sort of text; undefined for a field that nobody knows. */
  foreign?(path: Path, key: string): Finding | undefined;
}

/** The fields of a schema. */
export function fieldsOfSchema(top: SchemaNode): KnownFields {
  const groups = collect(top);
  const at = (path: Path) => formsAt(top, path).flatMap(({ properties = {} }) => Object.keys(properties));
  return { at, meant: (path, key) => meantIn(groups, at(path), key) };
}

/** The fields of a kind of recipe. */
export function fieldsOfRecipe(kind: Kind): KnownFields {
  const at = (path: Path) => fieldsAt(kind, path);
  const other = kind === 'task' ? 'language' : 'task';
  return {
    at,
    meant: (path, key) => meantIn(groupsOf(kind), at(path), key),
    foreign(path, key) {
      if (!fieldsAt(other, path).includes(key)) return undefined;
      const field = [...path, key];
      return finding('recipe-other-kind', { field: pathText(field), kind: other, here: kind }, field, 'key');
    },
  };
}

let known: ReadonlyMap<unknown, Groups> | undefined;

/** Names of the fields that a recipe of this kind has in the group at `path`. */
function fieldsAt(kind: Kind, path: Path): readonly string[] {
  return groupsOf(kind).get(groupName(path)) ?? [];
}

function meantIn(groups: Groups, here: readonly string[], key: string): string | undefined {
  const other = fieldOfOtherName(key);
  return (
    nearest(key, here) ??
    (other === undefined ? undefined : elsewhere(groups, (names) => names.find((name) => name === other))) ??
    elsewhere(groups, (names) => nearest(key, names))
  );
}

function elsewhere(
  groups: Groups,
  find: (names: readonly string[]) => string | undefined,
): string | undefined {
  for (const [group, names] of groups) {
    const there = find(names);
    if (there !== undefined) return group === '' ? there : `${group}.${there}`;
  }
  return undefined;
}

function groupName(path: Path): string {
  return path
    .map((part) => (typeof part === 'number' ? '[]' : `.${part}`))
    .join('')
    .replace(/^\./, '');
}

function groupsOf(kind: Kind): Groups {
  known ??= new Map(
    ((recipeJsonSchema() as SchemaNode).oneOf ?? []).map((node) => [
      node.properties?.kind?.const,
      collect(node),
    ]),
  );
  return known.get(kind) ?? new Map<string, readonly string[]>();
}

/** All that the value at a path may be. */
export function formsAt(top: SchemaNode, path: Path): SchemaNode[] {
  return path
    .reduce<readonly SchemaNode[]>((nodes, step) => nodes.flatMap((node) => stepInto(node, step)), [top])
    .flatMap(formsOf);
}

function formsOf(node: SchemaNode): SchemaNode[] {
  return [node, ...[...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap(formsOf)];
}

/** What stands below a node: an entry of its list, a field of its group, or what any field of it is. */
function stepInto(node: SchemaNode, step: string | number): SchemaNode[] {
  return formsOf(node).flatMap(({ items, properties = {}, additionalProperties }) => {
    if (typeof step === 'number') return items === undefined ? [] : [items];
    if (Object.hasOwn(properties, step)) return [properties[step]];
    return typeof additionalProperties === 'object' ? [additionalProperties] : [];
  });
}

/** All groups of a schema; the top one first, so that it is searched first. */
function collect(top: SchemaNode): Groups {
  const groups = new Map<string, readonly string[]>();
  const visit = (node: SchemaNode, name: string): void => {
    if (node.properties !== undefined) {
      groups.set(name, [...(groups.get(name) ?? []), ...Object.keys(node.properties)]);
      for (const [key, inner] of Object.entries(node.properties))
        visit(inner, name === '' ? key : `${name}.${key}`);
    }
    if (node.items !== undefined) visit(node.items, `${name}[]`);
    for (const inner of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) visit(inner, name);
  };
  visit(top, '');
  return groups;
}
