/** What can be done with a recipe, in the order in which it is offered above its first line. */
export type Lens =
  | { readonly does: 'problems'; readonly count: number }
  | { readonly does: 'train' | 'estimate' }
  /** Says that nothing can be trained before the workspace is trusted. */
  | { readonly does: 'trust' }
  | { readonly does: 'openRun'; readonly run: string };

/** Where a recipe stands: it can be trained, or not before its workspace is trusted, or not before it is saved. */
export type Standing = 'trainable' | 'untrusted' | 'unsaved';

const offered: Readonly<Record<Standing, readonly Lens[]>> = {
  trainable: [{ does: 'train' }, { does: 'estimate' }],
  untrusted: [{ does: 'trust' }],
  unsaved: [],
};

/** What is offered for a recipe with so many errors, and with its last run if there is one. */
export function lensesOf(
  errors: number,
  lastRun: string | undefined,
  standing: Standing = 'trainable',
): readonly Lens[] {
  return [
    ...(errors > 0 ? [{ does: 'problems', count: errors } as const] : []),
    ...offered[standing],
    ...(lastRun === undefined ? [] : [{ does: 'openRun', run: lastRun } as const]),
  ];
}
