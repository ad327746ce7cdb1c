import type { Path } from '../finding.ts';
import { recipeJsonSchema } from '../schema.ts';
import type { Kind } from '../types.ts';
import { onlyFor } from './onlyFor.ts';

/** What the schema says of a field. */
export interface Field {
  readonly name: string;
  /** Where it stands, list entries aside: `optimizer.learningRate`, `apply.sft`; empty for the recipe. */
  readonly address: string;
  readonly description: string;
  readonly required: boolean;
  /** Its type in words: `text`, `whole number`, `list or text`. */
  readonly type: string;
  /** Bounds in words: `at least 1, below 10`. */
  readonly range: string | undefined;
  /** The values it may have, where they are few. */
  readonly choices: readonly string[];
  /** The fields of the group that it may be. */
  readonly fields: readonly Field[];
  /** An entry of the list that it may be. */
  readonly item: Field | undefined;
  /** Each `type` of its group that has it, where the group has one of several; empty where all do. */
  readonly forms: readonly string[];
}

interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** All fields of a recipe; of both kinds where it is not known which kind this is. */
export function recipeField(kind: Kind | undefined): Field {
  known ??= read();
  return kind === undefined ? known.either : known[kind];
}

/** The field at a path: of a list's entry, too. Undefined where the schema knows none. */
export function fieldAt(kind: Kind | undefined, path: Path): Field | undefined {
  let field: Field | undefined = recipeField(kind);
  for (const step of path) {
    field =
      typeof step === 'number'
        ? field?.item
        : field?.fields.find(({ name }: { name: string }) => name === step);
  }
  return field;
}

/** A path without its list entries: the address of its field. */
export function addressOf(path: Path): string {
  return path.filter((step) => typeof step === 'string').join('.');
}

let known: Record<Kind | 'either', Field> | undefined;

function read(): Record<Kind | 'either', Field> {
  const kinds = (recipeJsonSchema() as SchemaNode).oneOf ?? [];
  const of = (kind: Kind): Field => {
    const node = kinds.find(({ properties }) => properties?.kind?.const === kind) ?? {};
    const top = fieldOf(node, '', '', true, kind);
    return { ...top, fields: top.fields.map((field) => (field.name === 'kind' ? kindField(field) : field)) };
  };
  const language = of('language');
  const task = of('task');
  return { language, task, either: merged(language, task) };
}

function kindField(field: Field): Field {
  return { ...field, choices: ['language', 'task'] satisfies Kind[] };
}

/** Fields that a recipe needs unless it has others in their place (`rules.ts`): `sources` for `data`. */
const replaceable = new Set(['data']);

function fieldOf(node: SchemaNode, name: string, address: string, required: boolean, kind: Kind): Field {
  const forms = [node, ...(node.anyOf ?? []), ...(node.oneOf ?? [])];
  const fields = forms.flatMap(({ properties = {}, required = [] }) => {
    const type = properties.type?.const;
    return Object.entries(properties).map(([key, inner]) => ({
      ...fieldOf(
        inner,
        key,
        address === '' ? key : `${address}.${key}`,
        required.includes(key) || (address === '' && replaceable.has(key)),
        kind,
      ),
      forms: typeof type === 'string' ? [type] : [],
    }));
  });
  const items = forms.find((form) => form.items !== undefined)?.items;
  return {
    name,
    address,
    description: node.description ?? '',
    required,
    type: [...new Set(forms.flatMap(typeOf))].join(' or '),
    range: forms.map(rangeOf).find((range) => range !== undefined),
    choices: forms.flatMap(choicesOf).filter((choice) => onlyFor(address, choice) !== other(kind)),
    fields: ofAllForms(fields),
    forms: [],
    item: items === undefined ? undefined : fieldOf(items, name, address, false, kind),
  };
}

/** Fields of a group, those of several of its forms once. */
function ofAllForms(fields: readonly Field[]): readonly Field[] {
  const byName = new Map<string, Field>();
  for (const field of fields) {
    const before = byName.get(field.name);
    const both = before === undefined ? field : { ...merged(before, field), forms: ofEither(before, field) };
    byName.set(field.name, both);
  }
  return [...byName.values()];
}

function ofEither({ forms: one }: Field, { forms: other }: Field): readonly string[] {
  return one.length === 0 || other.length === 0 ? [] : [...one, ...other];
}

function other(kind: Kind): Kind {
  return kind === 'task' ? 'language' : 'task';
}

/** What the types of a JSON Schema are called. */
export const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  boolean: 'true or false',
  array: 'list',
  object: 'group',
};

function typeOf({ type, enum: values, const: only }: SchemaNode): readonly string[] {
  if (values !== undefined || only !== undefined) return ['word'];
  return type === undefined ? [] : [typeNames[type] ?? type];
}

/** The values that a node of a JSON Schema allows, where they are few. */
export function choicesOf({
  type,
  enum: values,
  const: only,
}: Pick<SchemaNode, 'type' | 'enum' | 'const'>): readonly string[] {
  if (type === 'boolean') return ['true', 'false'];
  return (values ?? (only === undefined ? [] : [only])).map(String);
}

function rangeOf(node: SchemaNode): string | undefined {
  const bounds = (
    [
      ['above', node.exclusiveMinimum],
      ['at least', node.minimum],
      ['below', node.exclusiveMaximum],
      ['at most', node.maximum],
    ] as const
  ).flatMap(([words, limit]) =>
    limit === undefined || Math.abs(limit) >= Number.MAX_SAFE_INTEGER
      ? []
      : [`${words} ${limit.toLocaleString('en')}`],
  );
  return bounds.length === 0 ? undefined : bounds.join(', ');
}

/** A field of one kind or the other. What only the second has stands last. */
function merged(one: Field, two: Field): Field {
  const names = [...new Set([...one.fields, ...two.fields].map(({ name }) => name))];
  const { item } = one;
  return {
    ...one,
    description: [...new Set([one.description, two.description])].join(' '),
    choices: [...new Set([...one.choices, ...two.choices])],
    fields: names.flatMap((name) => {
      const [first, second] = [one, two].flatMap(({ fields }) =>
        fields.filter((field) => field.name === name),
      );
      return second === undefined ? [first] : [merged(first, second)];
    }),
    item: item === undefined || two.item === undefined ? (item ?? two.item) : merged(item, two.item),
  };
}
