import type { Path } from '../finding.ts';
import { type Field, recipeField } from '../language/fields.ts';
import { languageOf, type OpenField, type SchemaLanguage } from '../language/schemaLanguage.ts';
import { sweepJsonSchema } from './schema.ts';

/** The language of sweeps. */
export const sweepLanguage: SchemaLanguage = languageOf(sweepJsonSchema, {
  openFields: (path: Path) => (path.length === 1 && path[0] === 'vary' ? variable() : []),
});

let known: readonly OpenField[] | undefined;

/** The fields of a recipe of which a sweep can take several values: those that are no group. */
function variable(): readonly OpenField[] {
  known ??= leaves(recipeField(undefined)).map(({ address, type, description }) => ({
    name: address,
    detail: type,
    documentation: `${description} In a sweep: a list of values, or a range { from, to, steps, scale: log }.`,
  }));
  return known;
}

function leaves({ fields }: Field): readonly Field[] {
  return fields.flatMap((field) => {
    const inner = leaves(field);
    return inner.length > 0 ? inner : [field];
  });
}
