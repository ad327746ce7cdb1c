/** Whether labels mark spans (`O`, `B-PER`, `I-PER`), so that spans are scored and not words. */
export function marksSpans(labels: readonly string[]): boolean {
  return labels.includes('O') && labels.some((label) => /^[BIES]-/.test(label));
}
