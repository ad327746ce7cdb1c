/** What can be done with a recipe, in the order in which it is offered above its first line. */
export type Lens =
  | { readonly does: 'problems'; readonly count: number }
  | { readonly does: 'train' | 'estimate' }
  | { readonly does: 'openRun'; readonly run: string };

/** What is offered for a recipe with so many errors, and with its last run if there is one. */
export function lensesOf(errors: number, lastRun: string | undefined): readonly Lens[] {
  return [
    ...(errors > 0 ? [{ does: 'problems', count: errors } as const] : []),
    { does: 'train' },
    { does: 'estimate' },
    ...(lastRun === undefined ? [] : [{ does: 'openRun', run: lastRun } as const]),
  ];
}
