/** Which files the mean of a table is over, and how much each counts in it. */
export interface MeanRow {
  /** Their places. */
  readonly files: readonly number[];
  readonly weights: readonly number[];
}

/** The row of the mean. */
export const MEAN = 'mean';

/**
 * The mean over files: of languages, where they are said, so that one with two tests counts no more than one with one. Files for
 * development are left out, unless all are: coefficients may have been chosen on them. Undefined where fewer than two are left.
 */
export function meanRow(
  files: readonly { readonly role?: 'dev' | 'test' | undefined; readonly language?: string }[],
): MeanRow | undefined {
  const all = [...files.keys()];
  const others = all.filter((i) => files[i].role !== 'dev');
  const chosen = others.length > 0 ? others : all;
  if (chosen.length < 2) return undefined;
  const alike = (i: number) =>
    chosen.filter(
      (j) => j === i || (files[i].language !== undefined && files[j].language === files[i].language),
    );
  return { files: chosen, weights: chosen.map((i) => 1 / alike(i).length) };
}

/** What readers of a table must know of its mean; nothing where it is the plain one over all files. */
export function meanNotes(
  files: readonly { readonly name: string; readonly role?: 'dev' | 'test' | undefined }[],
  mean: MeanRow | undefined,
): string[] {
  if (mean === undefined) return [];
  const left = files.filter((_, i) => !mean.files.includes(i)).map(({ name }) => name);
  return [
    ...(left.length > 0 ? [`Not in the mean, as files for development: ${left.join(', ')}.`] : []),
    ...(mean.weights.some((weight) => weight !== 1)
      ? ['The mean is over languages: one with several tests counts once.']
      : []),
  ];
}
