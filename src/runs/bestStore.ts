import { join } from 'node:path';
import type { BestStore } from '../training/state.ts';
import { newArraysFile, prepareFolder, tidy } from './checkpointFolder.ts';
import { readStateArrays, writeStateArrays } from './stateTensors.ts';

/** A best store whose file a checkpoint can name. */
export interface FileBestStore extends BestStore {
  /** Name of the file with the best values; null before there are any. */
  file(): string | null;
}

/**
 * Keeps the best values of a phase in a file beside the checkpoint (`folder` is a run's `checkpoint/`). The file that
 * the last checkpoint names stays until the next one, so that a resumed run finds the best of its moment and not a
 * later one. Give the name that the checkpoint kept, to go on from it.
 */
export function fileBestStore(folder: string, file: string | null = null): FileBestStore {
  let current = file;
  return {
    async save(groups) {
      await prepareFolder(folder, current);
      const next = newArraysFile('best');
      await writeStateArrays(join(folder, next), { mask: new Map(), start: [], groups });
      current = next;
      await tidy(folder, current);
    },
    async load() {
      if (current === null) throw new Error('No best values were saved.');
      const { groups } = await readStateArrays(join(folder, current));
      return groups;
    },
    file: () => current,
  };
}
