import { placeOf } from '../core/density.ts';
import { readSftHeader } from '../formats/sftFile.ts';
import { type PartMovement, placeParts } from './drillDown.ts';

/** The attention heads of a layer, of one kind of module. */
export interface LayerHeads {
  readonly layer: string;
  readonly module: 'q' | 'k' | 'v' | 'o';
  readonly heads: readonly PartMovement[];
}

const attention = ['q', 'k', 'v', 'o'] as const;

/** How far each attention head of an SFT has moved, by layer and module. @throws UserError as `placeParts` */
export async function headMovement(file: string, heads: number): Promise<LayerHeads[]> {
  const places = [...(await readSftHeader(file)).counts.keys()].map(placeOf);
  const layers = [...new Set(places.map(({ row }) => row))]
    .filter((row) => /^\d+$/.test(row))
    .sort((a, b) => Number(a) - Number(b));
  const found: LayerHeads[] = [];
  for (const layer of layers) {
    for (const module of attention) {
      if (!places.some(({ row, column }) => row === layer && column === module)) continue;
      const parts = await placeParts(file, { row: layer, column: module }, { heads });
      found.push({ layer, module, heads: parts.filter(({ head }) => head !== null) });
    }
  }
  return found;
}
