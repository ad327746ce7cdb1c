import { languageOf, type SchemaLanguage } from '../../recipe/language/schemaLanguage.ts';
import { cellJsonSchema } from './schema.ts';

const ofSchema = languageOf(cellJsonSchema, { oneAtTop: true });

/** The language of cells. */
export const cellLanguage: SchemaLanguage = {
  ...ofSchema,
  // A composition of no SFT at all is called base.
  files: (text) => ofSchema.files(text).filter(({ kind, named }) => kind !== 'sft' || named !== 'base'),
};
