import { basename, dirname, join } from 'node:path';
import type { Dependent } from '../../protocol/session.ts';
import type { Translate } from '../translate.ts';
import { kindOf, runFolderOf, sftFileOf } from '../views/nodes.ts';
import { byName } from '../views/problems.ts';
import { plainText } from '../views/plainText.ts';
import { isInside } from '../inside.ts';

/** What is to be deleted. */
export interface Deletion {
  readonly runs: readonly string[];
  /** SFT files that do not go with their run's folder already. */
  readonly files: readonly string[];
}

/** What of some arguments of a command can be deleted: runs and SFTs, never base models. */
export function deletionOf(given: readonly unknown[]): Deletion {
  const wanted = given.filter((one) => kindOf(one) !== 'base' && kindOf(one) !== 'problem');
  const runs = [...new Set(wanted.flatMap((one) => runFolderOf(one) ?? []))];
  const files = [...new Set(wanted.flatMap((one) => (runFolderOf(one) ? [] : (sftFileOf(one) ?? []))))];
  return { runs, files: files.filter((file) => !runs.some((run) => isInside(file, run))) };
}

/** What the user is asked before it is done. */
export interface Question {
  readonly text: string;
  readonly detail: string;
}

const mostNamed = 10;

/** Asks with the names of all that goes, and of all that would have to do without it. */
export function questionOf(
  { runs, files }: Deletion,
  dependents: readonly Dependent[],
  t: Translate,
): Question {
  const paths = [...runs, ...files];
  const text =
    paths.length > 1
      ? t('Delete these {0}?', paths.length)
      : runs.length === 1
        ? t('Delete the run {0}, with its record and its SFT?', name(runs[0]))
        : t('Delete the SFT {0}?', name(files[0] ?? ''));
  const going = paths.length > 1 ? [listed(paths.map(name), t)] : [];
  const left = dependents.filter(({ file }) => !paths.some((path) => isInside(file, path)));
  const needing = left.map(({ file, on, how }) => {
    // Every run has a recipe.yaml: its folder is what tells them apart.
    const who =
      basename(file) === 'recipe.yaml' ? join(basename(dirname(file)), 'recipe.yaml') : basename(file);
    return {
      composed: t('{0} was composed of {1}', plainText(who), name(on)),
      applied: t('{0} was trained with {1}', plainText(who), name(on)),
      recipe: t('{0} applies {1}', plainText(who), name(on)),
      fullPhase: t('{0} takes the full phase of {1}', plainText(who), name(dirname(on))),
      bench: t('{0} has {1}', plainText(who), name(on)),
      notebook: t('{0} names {1}', plainText(who), name(on)),
    }[how];
  });
  const warning =
    needing.length === 0 ? [] : [`${t('These depend on it:')}\n${listed([...new Set(needing)], t)}`];
  const undo = t('"Undo Delete" brings it back for 30 days.');
  return { text, detail: [...going, ...warning, undo].join('\n\n') };
}

/** What was deleted, in words. */
export function deletedWords({ runs, files }: Deletion, t: Translate): string {
  const paths = [...runs, ...files];
  return paths.length === 1 ? plainText(basename(paths[0])) : t('{0} items', paths.length);
}

function name(path: string): string {
  return plainText(basename(path));
}

function listed(names: readonly string[], t: Translate): string {
  const some = [...names].sort(byName).slice(0, mostNamed);
  const more = names.length > some.length ? [t('and {0} more', names.length - some.length)] : [];
  return [...some, ...more].map((one) => `• ${one}`).join('\n');
}
