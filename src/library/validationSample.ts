import { UserError } from '../core/errors/userError.ts';
import type { SftMetadata } from '../formats/sftMetadata.ts';
import { parseRecipe } from '../recipe/load.ts';

/**
 * Of how many validation examples, at most, the figures are that an SFT keeps of its training (`validate.sample`); undefined where they
 * are of all, or its recipe is not known.
 */
export function validationSample({ recipe }: Pick<SftMetadata, 'recipe'>): number | undefined {
  if (recipe === undefined) return undefined;
  try {
    return parseRecipe(recipe, 'recipe').recipe.validate?.sample;
  } catch (error) {
    if (error instanceof UserError) return undefined; // of another version
    throw error;
  }
}
