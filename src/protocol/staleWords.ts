import type { Staleness } from './notebook.ts';

/** What stands over an output whose cell has been changed since. */
export function staleWords(staleness: Staleness): string {
  return staleness === 'text'
    ? 'Made from an earlier text of this cell: run it again.'
    : 'Made before something above that this cell uses was changed: run it again.';
}
