import { cachedModel } from '../formats/hubCache.ts';
import { type PublishedSft, publishedSfts } from './publishedSfts.ts';

export interface GalleryFilter {
  /** A language's name or code. */
  readonly language?: string | undefined;
  /** A task, as recipes call it. */
  readonly task?: string | undefined;
}

/** A published SFT, and whether it lies in the cache. */
export interface GalleryItem extends PublishedSft {
  readonly isPulled: boolean;
}

/** The published SFTs that a filter lets through: a language by its code or a part of its name, a task by its name. */
export function gallery({ language, task }: GalleryFilter, cache: string): GalleryItem[] {
  const wanted = language?.toLowerCase();
  return publishedSfts
    .filter(
      (sft) =>
        (wanted === undefined ||
          sft.code === wanted ||
          sft.language?.toLowerCase().includes(wanted) === true) &&
        (task === undefined || sft.task === task),
    )
    .map((sft) => ({
      ...sft,
      isPulled: cachedModel({ id: sft.id, revision: 'main' }, cache) !== undefined,
    }));
}
