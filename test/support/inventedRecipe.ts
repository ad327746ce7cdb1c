import { resolveRecipe } from '../../src/recipe/defaults.ts';
import { parseRecipe } from '../../src/recipe/load.ts';
import type { ResolvedRecipe } from '../../src/recipe/types.ts';

/** A language recipe with a value in every field; its base has a thousand maskable entries. */
export function inventedRecipe(): ResolvedRecipe {
  const text = 'kind: language\nbase: /base\ndata: { text: /text.txt }\nselect: { k: 10 }\n';
  return resolveRecipe(parseRecipe(text, '/invented.sft.yaml'), {
    modelType: 'bert',
    maskable: () => 1000,
    maskableByRow: () => new Map(),
    maxLength: 48,
    dropout: { hidden: 0.1, attention: 0.1, head: 0.1 },
  });
}
