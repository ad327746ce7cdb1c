import { recipeJsonSchema } from './schema.ts';
import { fieldOfOtherName, nearest } from './nearest.ts';
import type { Path } from './finding.ts';
import type { Kind } from './types.ts';

/** The fields of one group: its place (`optimizer`, `apply[]`, empty at the top) and their names. */
type Groups = ReadonlyMap<string, readonly string[]>;

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly const?: unknown;
}

let known: ReadonlyMap<unknown, Groups> | undefined;

/** Names of the fields that a recipe of this kind has in the group at `path`. */
export function fieldsAt(kind: Kind, path: Path): readonly string[] {
  return groupsOf(kind).get(groupName(path)) ?? [];
}

/** What somebody who wrote `key` in the group at `path` probably meant: a field there, or one elsewhere. */
export function probablyMeant(kind: Kind, path: Path, key: string): string | undefined {
  const other = fieldOfOtherName(key);
  return (
    nearest(key, fieldsAt(kind, path)) ??
    (other === undefined ? undefined : elsewhere(kind, (names) => names.find((name) => name === other))) ??
    elsewhere(kind, (names) => nearest(key, names))
  );
}

function elsewhere(kind: Kind, find: (names: readonly string[]) => string | undefined): string | undefined {
  for (const [group, names] of groupsOf(kind)) {
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
