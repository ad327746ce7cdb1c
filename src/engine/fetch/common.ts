import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FetchStep } from './step.ts';

/** Without it npm would look for a package in the folders above. */
export const emptyPackage: FetchStep = {
  words: 'making a folder',
  work: (folder) => writeFile(join(folder, 'package.json'), '{ "private": true }\n'),
};

/** The command that installs packages where it is run; `bare`: without their own installers. */
export function npmInstall(npm: string, packages: readonly string[], bare: boolean): [string, ...string[]] {
  const options = ['--no-save', '--no-audit', '--no-fund', ...(bare ? ['--ignore-scripts'] : [])];
  return [npm, 'install', ...options, ...packages];
}

/** The command that fetches Python packages as archives into `wheels`. */
export function pipDownload(
  pip: string,
  packages: readonly string[],
  { python, platforms }: { readonly python: string; readonly platforms: readonly string[] },
): [string, ...string[]] {
  const options = ['--quiet', '--no-deps', '--only-binary=:all:', `--python-version=${python}`];
  const systems = platforms.map((platform) => `--platform=${platform}_x86_64`);
  return [pip, 'download', ...options, ...systems, '--dest=wheels', ...packages];
}

/** A pattern for which an archive has no file. */
const NOTHING_MATCHED = 11;

/** Unpacks files by pattern from all archives of a folder; `flat`: without their folders. */
export function unzipStep(
  unzip: string,
  from: string,
  to: string,
  patterns: readonly string[],
  flat = false,
): FetchStep {
  const options = flat ? '-q -o -j' : '-q -o';
  const wanted = patterns.map((pattern) => `'${pattern}'`).join(' ');
  return {
    words: 'unpacking',
    // Names are ours; the shell goes through the archives.
    program: [
      'sh',
      '-c',
      `for archive in ${from}/*.whl; do ${unzip} ${options} -d ${to} "$archive" ${wanted}; code=$?; ` +
        `[ $code = 0 ] || [ $code = ${NOTHING_MATCHED} ] || exit $code; done`,
    ],
  };
}
