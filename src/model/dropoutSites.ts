import type { ModelConfig } from './config.ts';
import type { StepShape } from '../data/shape.ts';

export interface DropoutRates {
  /** After embeddings and sublayers. */
  readonly hidden: number;
  /** On attention weights. */
  readonly attention: number;
  /** Before a task's head. */
  readonly head: number;
}

/** One place of the model where units are dropped. */
export interface DropoutSite {
  readonly name: string;
  readonly kind: 'hidden' | 'attention' | 'head';
  readonly rate: number;
  /** hidden and head: units a position; attention: heads. */
  readonly units: number;
  /** Which positions the site covers: all of a row, the last layer's queries, or what the head reads. */
  readonly positions: 'all' | 'queries' | 'reads';
}

/** Every site with a rate above 0, in a fixed order (a site's index addresses its random numbers). */
export function dropoutSites(
  config: ModelConfig,
  selectsQueries: boolean,
  rates: DropoutRates,
  headSites: readonly string[],
): DropoutSite[] {
  const width = config.hiddenSize;
  const hidden = { kind: 'hidden', rate: rates.hidden, units: width } as const;
  const sites: DropoutSite[] = [{ ...hidden, name: 'embeddings', positions: 'all' }];
  for (let layer = 0; layer < config.layers; layer++) {
    const last = layer === config.layers - 1 && selectsQueries;
    const positions = last ? 'queries' : 'all';
    sites.push(
      {
        name: `${layer}.attention`,
        kind: 'attention',
        rate: rates.attention,
        units: config.heads,
        positions,
      },
      { ...hidden, name: `${layer}.attentionOutput`, positions },
      { ...hidden, name: `${layer}.output`, positions },
    );
  }
  for (const name of headSites)
    sites.push({ name, kind: 'head', rate: rates.head, units: width, positions: 'reads' });
  return sites.filter((site) => site.rate > 0);
}

/** Name of the input that holds a site's mask. */
export function keepInput(site: string): string {
  return `keep.${site}`;
}

/** Elements of a site's mask. */
export function siteSize(site: DropoutSite, shape: StepShape): number {
  if (site.positions === 'reads') return shape.reads * site.units;
  const perRow = site.positions === 'queries' ? shape.queries : shape.length;
  return shape.rows * perRow * site.units * (site.kind === 'attention' ? shape.length : 1);
}
