import type { HeatLabel } from './heatMap.ts';

const rows: Readonly<Record<string, readonly [string, string]>> = {
  emb: ['emb', 'embeddings'],
  pooler: ['pool', 'pooler'],
  head: ['head', 'head'],
};

const columns: Readonly<Record<string, readonly [string, string]>> = {
  embeddings: ['emb', 'embedding tables'],
  q: ['q', 'query'],
  k: ['k', 'key'],
  v: ['v', 'value'],
  o: ['o', 'attention output'],
  up: ['up', 'feed-forward, up'],
  down: ['down', 'feed-forward, down'],
  layerNorm: ['ln', 'layer norm'],
  dense: ['dense', 'dense layer of pooler or head'],
};

/** A row of the maps by layer and module. */
export function rowLabel(row: string): HeatLabel {
  const [short, long] = rows[row] ?? [row, `layer ${row}`];
  return { short, long };
}

/** A column of the maps by layer and module. */
export function columnLabel(column: string): HeatLabel {
  const [short, long] = columns[column] ?? [column, column];
  return { short, long };
}
