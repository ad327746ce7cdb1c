import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedModel, hubFolders } from '../formats/hubCache.ts';
import type { BaseListing, SftListing } from '../protocol/session.ts';
import { listBase } from './listBases.ts';
import { listSft } from './listSfts.ts';
import { type PublishedSft, publishedSfts } from './publishedSfts.ts';

/** What `hf:REFERENCE` may stand for: a base or an SFT in the cache, or one that is known to be on the Hub. */
export interface HubModel {
  /** `ID`, or `ID@REVISION` of another branch or tag than main. */
  readonly reference: string;
  readonly kind: 'base' | 'sft';
  readonly isFetched: boolean;
  readonly published?: PublishedSft;
  /** Of a base in the cache. */
  readonly base?: Pick<BaseListing, 'modelType' | 'parameters'>;
  /** Of an SFT in the cache whose file tells. */
  readonly sft?: Pick<SftListing, 'kind' | 'task' | 'language' | 'base'>;
  /** Of an SFT in the cache. */
  readonly bytes?: number;
}

/** What is in a Hugging Face cache, then the published SFTs and the bases for which they were made. The Hub is not asked. */
export async function hubModels(cache: string): Promise<HubModel[]> {
  const fetched: HubModel[] = [];
  for (const folder of await namesIn(cache)) {
    if (!folder.startsWith('models--')) continue;
    const id = folder.split('--').slice(1).join('/');
    for (const revision of await namesIn(hubFolders(cache, id).refs)) {
      const found = await fetchedModel(id, revision, cache).catch(() => undefined); // no one can name what cannot be read
      if (found !== undefined) fetched.push(found);
    }
  }
  const known = new Set(fetched.map(({ reference }) => reference));
  const bases = [...new Set(publishedSfts.map(({ base }) => base))];
  const others: HubModel[] = [
    ...bases.map((reference) => ({ reference, kind: 'base' as const, isFetched: false })),
    ...publishedSfts.map((sft) => ({
      reference: sft.id,
      kind: 'sft' as const,
      isFetched: false,
      published: sft,
    })),
  ];
  return [...fetched, ...others.filter(({ reference }) => !known.has(reference))];
}

async function fetchedModel(id: string, revision: string, cache: string): Promise<HubModel | undefined> {
  const found = cachedModel({ id, revision }, cache);
  if (found === undefined) return undefined;
  const { folder, choice } = found;
  const reference = revision === 'main' ? id : `${id}@${revision}`;
  const common = { reference, kind: choice.kind, isFetched: true };
  if (choice.kind === 'base') return { ...common, base: listBase(folder) };
  const [name, ...more] = choice.files;
  if (more.length > 0) return undefined; // hf: cannot say which is meant
  const file = join(folder, name);
  const { size: bytes } = await stat(file);
  const published = publishedSfts.find((sft) => sft.id === id);
  if (published !== undefined) return { ...common, bytes, published };
  // The reference's files say nothing of themselves.
  return name.endsWith('.sft.safetensors')
    ? { ...common, bytes, sft: await listSft(file) }
    : { ...common, bytes };
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort((a, b) => (a < b ? -1 : 1));
}
