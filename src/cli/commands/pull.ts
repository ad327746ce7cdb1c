import { mkdir } from 'node:fs/promises';
import type { Command } from 'commander';
import { writeTextAtomically } from '../../formats/atomicFile.ts';
import { parseHubReference } from '../../formats/hubCache.ts';
import { homePaths } from '../../home/home.ts';
import { hubEnvironment } from '../../library/hub/environment.ts';
import { pullModel, type Pulled } from '../../library/hub/pull.ts';
import { publishedSftAt, unsaidNote } from '../../library/publishedSfts.ts';
import { bytesText } from '../../protocol/bytesText.ts';
import { interruptible } from '../interruptible.ts';
import { EXIT, inform, print, printJson } from '../output.ts';
import { transferLine } from '../transferLine.ts';

export function pullCommand(program: Command): void {
  program
    .command('pull')
    .description(
      'fetch a base model or an SFT from the Hugging Face Hub, into the cache that Python uses too',
    )
    .argument('<id[@revision]>', 'ORG/NAME, at a branch, tag or commit (default: main)')
    .option('--json', 'print one JSON object')
    .action(async (text: string, { json }: { json?: boolean }) => {
      const reference = parseHubReference(text);
      const environment = await hubEnvironment();
      const line = transferLine();
      process.exitCode = await interruptible(async (signal) => {
        const pulled = await pullModel(reference, environment, {
          signal,
          onProgress: ({ file, done, total }) => line.show(file, done, total),
          onWait: () => inform('waiting for another process that fetches this model'),
        }).finally(() => line.clear());
        await tellWindows(pulled.folder);
        const notes = notesOf(pulled);
        for (const note of notes) inform(`note: ${note}`);
        if (json === true) printJson({ ...pulled, unasked: pulled.unasked ?? null, notes });
        else print(`${pulled.folder}  ${summary(pulled)}`);
        return EXIT.ok;
      }, 'what was fetched is kept, and the same command goes on from there');
    });
}

/** Windows list what was pulled. */
async function tellWindows(folder: string): Promise<void> {
  const { home, pulled } = homePaths();
  await mkdir(home, { recursive: true });
  await writeTextAtomically(pulled, `${folder}\n`);
}

function summary({ kind, files, fetched }: Pulled): string {
  const what = kind === 'base' ? 'base model' : 'SFT';
  const came = fetched === 0 ? 'all of it was there' : `${bytesText(fetched)} fetched`;
  return `${what}, ${files.length} ${files.length === 1 ? 'file' : 'files'}, ${came}`;
}

function notesOf({ folder, unasked, kind }: Pulled): string[] {
  const published = kind === 'sft' ? publishedSftAt(folder) : undefined;
  return [
    ...(unasked === undefined
      ? []
      : [`The Hub was not asked whether there is a newer state: ${unasked.replace(/\.$/, '')}.`]),
    ...(published === undefined ? [] : [`It belongs to ${published.base}, of which its file says nothing.`]),
    ...(published?.task === undefined ? [] : [unsaidNote(published)]),
  ];
}
