import { basename } from 'node:path';
import type { Term } from '../core/composition.ts';
import { entryCount } from '../core/prune.ts';
import { type UserError, userError } from '../core/errors/userError.ts';
import { readSft, type SftMetadata } from '../formats/sftFile.ts';
import type { SftReference } from '../recipe/sftReference.ts';

/** A term of a composition, read from its file. */
export interface LoadedTerm extends Term {
  readonly file: string;
  readonly name: string;
  readonly metadata: SftMetadata;
}

/** The model that SFTs are to be added to. */
export interface BaseIdentity {
  /** What messages call it. */
  readonly name: string;
  /** See `library/fingerprint.ts`. */
  readonly fingerprint: string;
}

/** Reads the SFTs of a composition. @throws UserError as `readSft` */
export async function loadTerms(references: readonly SftReference[]): Promise<LoadedTerm[]> {
  const terms: LoadedTerm[] = [];
  for (const { sft: file, coefficient } of references) {
    const { sft, metadata } = await readSft(file);
    terms.push({ sft, coefficient, file, name: basename(file), metadata });
  }
  return terms;
}

/**
 * Whether SFTs were trained on this base. What comes back are warnings: a file that does not say its base, and with `force` one
 * of another base.
 * @throws UserError `sft-other-base`, with both fingerprints, unless `force`
 */
export function checkBase(
  terms: readonly Pick<LoadedTerm, 'file' | 'metadata'>[],
  base: BaseIdentity,
  force = false,
): UserError[] {
  const warnings: UserError[] = [];
  for (const { file, metadata } of terms) {
    const wanted = metadata.baseFingerprint;
    const details = { name: metadata.baseName ?? '(no name)', wanted: wanted ?? '', base: base.name };
    const found = base.fingerprint;
    if (wanted === undefined) warnings.push(userError('sft-no-fingerprint', undefined, { file }));
    else if (wanted === found) continue;
    else if (force) warnings.push(userError('sft-forced-base', { ...details, found }, { file }));
    else throw userError('sft-other-base', { ...details, found }, { file });
  }
  return warnings;
}

/** A warning of each SFT that holds nothing at all. */
export function emptyTerms(terms: readonly Pick<LoadedTerm, 'file' | 'sft'>[]): UserError[] {
  return terms
    .filter(({ sft }) => sft.abs.size === 0 && entryCount(sft) === 0)
    .map(({ file }) => userError('sft-empty-added', undefined, { file }));
}

/** The base of the first file that says its own. */
export function commonBase(
  terms: readonly Pick<LoadedTerm, 'name' | 'metadata'>[],
): BaseIdentity | undefined {
  for (const { name, metadata } of terms) {
    const fingerprint = metadata.baseFingerprint;
    if (fingerprint !== undefined) return { name: `the base model of ${name}`, fingerprint };
  }
  return undefined;
}
