import type { Recipe } from './schema.ts';

const withCoefficient = /^(.+)@([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)$/;

/** An SFT file and what it is multiplied by. */
export interface SftReference {
  readonly sft: string;
  readonly coefficient: number;
}

/** Reads `FILE` or `FILE@coefficient`; an @ that no number follows belongs to the name. */
export function parseSftReference(text: string): SftReference {
  const match = text.length < 10_000 ? withCoefficient.exec(text) : null;
  if (match === null) return { sft: text, coefficient: 1 };
  return { sft: match[1], coefficient: Number(match[2]) };
}

/** The SFTs that a recipe applies to its base, as it names them; then those that its sources alone apply, each once. */
export function appliedOf(recipe: Recipe): SftReference[] {
  const applied = references(recipe.apply);
  const bySource =
    recipe.kind === 'task' ? (recipe.sources ?? []).flatMap((one) => references(one.apply)) : [];
  for (const one of bySource) {
    const isThere = applied.some(
      ({ sft, coefficient }) => sft === one.sft && coefficient === one.coefficient,
    );
    if (!isThere) applied.push(one);
  }
  return applied;
}

function references(apply: Recipe['apply'] = []): SftReference[] {
  return apply.map((one) =>
    typeof one === 'string' ? parseSftReference(one) : { sft: one.sft, coefficient: one.coefficient ?? 1 },
  );
}
