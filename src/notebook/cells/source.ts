import { checkCell } from './check.ts';
import { referenceOf } from './paths.ts';
import type { CellRequest } from './schema.ts';
import type { NotebookCell } from '../notebook.ts';

/** Cells as they are written. */
export type SourceCell = Pick<NotebookCell, 'language' | 'text'>;

/** What the cells ask for; undefined for Markdown and for cells that cannot be understood. */
export function requestsOf(cells: readonly SourceCell[]): (CellRequest | undefined)[] {
  return cells.map(({ language, text }) => (language === 'sft-cell' ? checkCell(text).request : undefined));
}

/** The base that the nearest cell above names. */
export function baseAbove(requests: readonly (CellRequest | undefined)[], index: number): string | undefined {
  return requests
    .slice(0, index)
    .map((request) => baseOf(request))
    .findLast((base) => base !== undefined);
}

/** Files on which coefficients are swept, as they are named, with the SFTs that these multiply. */
export function sweptBy(
  requests: readonly (CellRequest | undefined)[],
): { readonly data: string; readonly sfts: readonly string[] }[] {
  return requests.flatMap((request) => {
    if (request?.kind !== 'sweep') return [];
    const { data, sfts } = request.value;
    return [
      {
        data: typeof data === 'string' ? data : data.file,
        sfts: sfts.map((one) => referenceOf(one).sft),
      },
    ];
  });
}

function baseOf(request: CellRequest | undefined): string | undefined {
  if (request === undefined || request.kind === 'expect' || request.kind === 'interference') return undefined;
  return request.value.base;
}
