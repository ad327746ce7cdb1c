import { composeSfts, type CompositionOptions, pickHead } from '../core/composition.ts';
import type { UserError } from '../core/errors/userError.ts';
import { type SftMetadata, writeSft } from '../formats/sftFile.ts';
import type { SftReference } from '../recipe/sftReference.ts';
import { sftHash } from './sftHash.ts';
import { trainedSfts } from './trainedSfts.ts';
import { checkBase, commonBase, emptyTerms, type LoadedTerm, loadTerms } from './terms.ts';

export interface ComposeOptions extends CompositionOptions {
  /** Add up SFTs of different base models all the same; the result then names no base. */
  readonly force?: boolean | undefined;
  readonly createdBy?: string | undefined;
  /** ISO 8601; now by default. */
  readonly date?: string | undefined;
}

export interface Composed {
  readonly metadata: SftMetadata;
  /** Number of sparse entries. */
  readonly entries: number;
  readonly warnings: readonly UserError[];
}

/**
 * Adds up SFT files, each times its coefficient, into one SFT file (`core/composition.ts`: `composeSfts`). The base model is not
 * needed: the files' own fingerprints are compared.
 * @throws UserError as `readSft`, `composeSfts`, `writeSft`; `sft-other-base` for SFTs of different base models
 */
export async function composeFiles(
  references: readonly SftReference[],
  out: string,
  options: ComposeOptions = {},
): Promise<Composed> {
  const terms = await loadTerms(references);
  const base = commonBase(terms);
  const warnings = [
    ...(base === undefined ? [] : checkBase(terms, base, options.force)),
    ...emptyTerms(terms),
  ];
  const sft = composeSfts(terms, options);
  const entries = [...sft.diffs.values()].reduce((sum, { indices }) => sum + indices.length, 0);
  const metadata = composedMetadata(terms, entries, options);
  await writeSft(out, sft, metadata);
  return { metadata, entries, warnings };
}

/** The task's part comes from the term whose head is used, the language's from the only language SFT. */
function composedMetadata(
  terms: readonly LoadedTerm[],
  entries: number,
  options: ComposeOptions,
): SftMetadata {
  const headTerm = pickHead(terms, options);
  const head = headTerm?.metadata;
  const fingerprints = unique(terms.map(({ metadata }) => metadata.baseFingerprint));
  const sameBase = fingerprints.length <= 1;
  const languages = unique(
    terms.filter(({ metadata }) => metadata.kind === 'language').map(({ metadata }) => metadata.language),
  );
  const maskable = unique(
    terms.map(({ metadata: { k, density } }) => (k && density ? k / density : undefined)),
  );
  return {
    kind: 'composed',
    baseName: sameBase ? unique(terms.map(({ metadata }) => metadata.baseName))[0] : undefined,
    baseFingerprint: sameBase ? fingerprints[0] : undefined,
    task: head?.task,
    // How the head is evaluated: its column, its longest input.
    recipe: head?.recipe,
    labels: head?.labels,
    language: languages.length === 1 ? languages[0] : undefined,
    k: entries,
    density: maskable.length > 0 ? entries / maskable[0] : undefined,
    date: options.date ?? new Date().toISOString(),
    createdBy: options.createdBy,
    parts: terms.map((term) => ({
      name: term.name,
      coefficient: term.coefficient,
      fingerprint: sftHash(term.sft),
      ...(term === headTerm ? { head: true } : {}),
    })),
    trained: terms.flatMap(trainedSfts),
    rule: options.rule ?? 'sum',
    noHead: options.headFrom === 'none' && terms.some(({ sft }) => sft.abs.size > 0) ? true : undefined,
  };
}

function unique<T>(values: readonly (T | undefined)[]): T[] {
  return [...new Set(values.filter((value): value is T => value !== undefined))];
}
