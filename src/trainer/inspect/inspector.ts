import { isWordTable } from '../../core/drillDown.ts';
import { loadVocabulary } from '../../data/tokenizer/loadVocabulary.ts';
import { encoderShapes } from '../../formats/encoderShapes.ts';
import { readModelConfig } from '../../formats/modelFolder.ts';
import { readSftHeader } from '../../formats/sftFile.ts';
import { partLines, placeParts } from '../../library/drillDown.ts';
import { findBase } from '../../library/findBase.ts';
import { folderFingerprint } from '../../library/fingerprint.ts';
import { inspectSft } from '../../library/inspect.ts';
import { compareSfts } from '../../library/interference.ts';
import { findLineage } from '../../library/lineage.ts';
import { listSft } from '../../library/listSfts.ts';
import { sftOverview } from '../../library/overview.ts';
import { wordMovement } from '../../library/words.ts';
import type { InspectRequests } from '../../protocol/inspect.ts';
import type { SftListing } from '../../protocol/session.ts';
import { keepLast } from './kept.ts';
import { type PagedLines, pagedLines } from './pages.ts';

/** What the inspector needs to know of a session. */
export interface InspectorPlaces {
  /** Model folders: these, and those that every window knows. */
  bases(folders: readonly string[]): Promise<readonly string[]>;
  /** SFTs that can be read: these, and those of the library. */
  sfts(files: readonly string[]): Promise<readonly SftListing[]>;
}

/** Answers to a session's requests; `signal` is aborted when nobody waits any more. */
export type InspectAnswers = {
  readonly [M in keyof InspectRequests]: (
    params: InspectRequests[M]['params'],
    signal: AbortSignal,
  ) => Promise<InspectRequests[M]['result']>;
};

/**
 * Looks into SFT files for views. Nothing is read before it is asked for; what was counted last is kept until its file changes, a
 * few megabytes a file.
 */
export function newInspector(places: InspectorPlaces): InspectAnswers {
  const lines = keepLast<PagedLines | undefined>(8);
  const fingerprints = keepLast<string | undefined>(32);
  const vocabularies = keepLast<readonly string[]>(2);
  const fingerprintOf = (folder: string, signal?: AbortSignal) =>
    fingerprints(folder, '', async () => folderFingerprint(folder, signal), signal);

  const rows: InspectAnswers['inspectRows'] = async ({ file, base, query }, signal) => {
    const tokens = base === null ? null : await vocabularies(base, '', async () => loadVocabulary(base));
    const count = async () => {
      const found = await wordMovement(file, shapesOf(base), signal);
      if (found === undefined) return undefined;
      const tokenOf = tokens === null ? null : (row: number) => tokens[row] ?? '';
      return pagedLines(found.movement, found.columns, 0, tokenOf);
    };
    const paged = await lines(file, `words ${base ?? ''}`, count, signal);
    return paged?.page(query) ?? null;
  };

  return {
    inspectSft: ({ file }) => sftOverview(file),
    inspectValues: async ({ file }, signal) => (await inspectSft(file, undefined, signal)).magnitudes,
    async inspectBase({ file, folders, chosen }, signal) {
      const header = await readSftHeader(file);
      const all = chosen === null ? await places.bases(folders) : [];
      return findBase(file, header, { folders: all, chosen, signal, fingerprintOf });
    },
    inspectRows: rows,
    async inspectModule({ file, base, place }, signal) {
      const parts = await placeParts(file, place, { ...drillOptions(base), signal });
      return parts.map(({ total, by, ...part }) => ({ ...part, total: total ?? null, by: by ?? null }));
    },
    async inspectPart({ file, base, place, part, query }, signal) {
      // Its rows stand for tokens.
      if (isWordTable(part)) return rows({ file, base, query }, signal);
      const about = JSON.stringify([place.row, place.column, part, base]);
      const count = async () => {
        const found = await partLines(file, place, part, { ...drillOptions(base), signal });
        return found && pagedLines(found.movement, found.perLine, found.from, null);
      };
      const paged = await lines(file, about, count, signal);
      return paged?.page(query) ?? null;
    },
    async inspectLineage({ file, sfts, recipes }) {
      const { metadata } = await readSftHeader(file);
      return findLineage(await listSft(file), metadata, await places.sfts(sfts), recipes);
    },
    async diffSfts({ files, force }, signal) {
      const { pairs, warnings } = await compareSfts(files, { force, signal });
      const sfts = [];
      for (const file of files) sfts.push(await listSft(file));
      return { sfts, pairs, warnings: warnings.map(({ message }) => message) };
    },
  };
}

function shapesOf(base: string | null): ReadonlyMap<string, readonly number[]> | undefined {
  return base === null ? undefined : encoderShapes(readModelConfig(base));
}

function drillOptions(base: string | null) {
  return { heads: base === null ? null : readModelConfig(base).heads, shapes: shapesOf(base) };
}
