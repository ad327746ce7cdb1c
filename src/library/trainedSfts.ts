import type { SftMetadata } from '../formats/sftFile.ts';
import type { LoadedTerm } from './terms.ts';
import { sftHash } from './sftHash.ts';

/** The trained SFTs that an SFT goes back to: itself, unless it was composed. */
export function trainedSfts({
  sft,
  metadata,
}: Pick<LoadedTerm, 'sft' | 'metadata'>): NonNullable<SftMetadata['trained']> {
  return metadata.trained ?? [{ fingerprint: sftHash(sft), fullPhase: metadata.fullPhase }];
}
