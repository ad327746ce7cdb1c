/** How tags of words mark spans, where that is kept to the letter. */
export type SpanScheme = 'iob1' | 'iob2' | 'iobes';

const prefixes: Readonly<Record<SpanScheme, RegExp>> = {
  iob1: /^[OBI]/,
  iob2: /^[OBI]/,
  iobes: /^[OBIES]/,
};

/** Whether labels mark spans (`O`, `B-PER`, `I-PER`), so that spans are scored and not words. */
export function marksSpans(labels: readonly string[]): boolean {
  return labels.includes('O') && labels.some((label) => /^[BIES]-/.test(label));
}

/** Whether a tag begins as those of a scheme do. */
export function isTagOf(tag: string, scheme: SpanScheme): boolean {
  return prefixes[scheme].test(tag);
}

/**
 * The scheme that labels are in: IOBES where there is an E- or an S-, else IOB2, or IOB1, whose labels are the same (see
 * `schemeOf`); undefined where they mark no spans or are in neither.
 */
export function spanScheme(labels: readonly string[]): SpanScheme | undefined {
  if (!marksSpans(labels)) return undefined;
  return (['iob2', 'iobes'] as const).find((scheme) => labels.every((label) => isTagOf(label, scheme)));
}

/** The scheme of `labels`, and whether it is IOB1, as the gold tags of the sentences tell. */
export function schemeOf(
  labels: readonly string[],
  sentences: readonly (readonly string[])[],
): SpanScheme | undefined {
  const scheme = spanScheme(labels);
  return scheme === 'iob2' && isIob1(sentences) ? 'iob1' : scheme;
}

/**
 * Whether tags of sentences are in IOB1: entities start with I-, and a B- is only where one touches another of its type. One B-
 * elsewhere, and they are in IOB2, with mistakes.
 */
export function isIob1(sentences: readonly (readonly string[])[]): boolean {
  let inside = false;
  for (const tags of sentences) {
    for (const [i, tag] of tags.entries()) {
      const before = i === 0 ? 'O' : tags[i - 1];
      const touches = /^[BI]/.test(before) && before.slice(1) === tag.slice(1);
      if (tag.startsWith('B') && !touches) return false;
      if (tag.startsWith('I') && !touches) inside = true;
    }
  }
  return inside;
}
