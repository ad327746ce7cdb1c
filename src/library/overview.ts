import { encodeSftMetadata } from '../formats/sftMetadata.ts';
import { readSftHeader, type SftHeader } from '../formats/sftFile.ts';
import type { SftOverview } from '../protocol/inspect.ts';
import { densityOf, headOf } from './inspect.ts';
import { listingOf } from './listSfts.ts';
import { wordTableOf } from './words.ts';

/** Strings of the header that the overview tells elsewhere. */
const toldElsewhere = new Set(['recipe', 'labels']);

/** What is seen of an SFT file at once. Its header alone is read. @throws UserError as `readSftHeader` */
export async function sftOverview(file: string): Promise<SftOverview> {
  const header = await readSftHeader(file);
  const { metadata } = header;
  return {
    listing: await listingOf(file, header),
    density: densityOf(header, new Map()),
    head: headOf(header),
    labels: metadata.labels ?? null,
    recipe: metadata.recipe ?? null,
    metadata: Object.entries(encodeSftMetadata(metadata)).filter(([key]) => !toldElsewhere.has(key)),
    words: wordsOf(header),
  };
}

function wordsOf(header: SftHeader): SftOverview['words'] {
  const table = wordTableOf(header);
  return table === undefined ? null : { rows: table.shape?.[0] ?? null };
}
