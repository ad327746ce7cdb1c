import { createReadStream, existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { userError } from '../../core/errors/userError.ts';
import { writeFileAtomically } from '../../formats/atomicFile.ts';
import { locateSft } from '../../formats/sftLocation.ts';
import type { SftListing } from '../../protocol/session.ts';
import { cancellable, waitFor } from '../cancellable.ts';
import { showInformation } from '../messages.ts';
import { SftProblem } from '../programs/programs.ts';
import type { Services } from '../services.ts';
import type { Window } from '../window.ts';
import { runWithProgress } from './evaluate.ts';
import { askUnsaid, libraryFile, type Unsaid } from './importQuestions.ts';
import type { CommandHandler } from './register.ts';

/** What is imported: one of our files as it is, or one of the reference's with what the user says of it. */
interface Imported {
  readonly sft: SftListing;
  readonly name: string;
  readonly unsaid: Unsaid | undefined;
}

/**
 * Puts SFT files into the library, where every window and `sft` find them. Of the reference's, `pytorch_diff.bin` or a folder that
 * holds one, the user is asked what they do not say of themselves, and they become files of ours.
 */
export const importSft: CommandHandler = async (window, argument) => {
  const { services } = window;
  const paths = argument instanceof vscode.Uri ? [argument.fsPath] : await askForFiles();
  if (paths === undefined || paths.length === 0) return;
  const found = await Promise.all(paths.map(locateSft));
  const files = found.map(({ file }) => file);
  const title = vscode.l10n.t('Reading {0}', files.map((file) => basename(file)).join(', '));
  const read = await waitFor(title, readSfts(services, files));
  if (read === undefined) return;
  const listed = read.done;
  const isBin = new Map(found.map((one) => [one.file, one.isBin]));
  const all: Imported[] = [];
  for (const sft of listed) {
    const taken = all.map(({ name }) => name);
    const unsaid = isBin.get(sft.file) === true ? await askUnsaid(services.home, sft, taken) : undefined;
    if (isBin.get(sft.file) === true && unsaid === undefined) return;
    const name = unsaid?.name ?? sft.name;
    const file = libraryFile(services.home, name);
    if (existsSync(file) || taken.includes(name)) throw userError('import-exists', { name }, { file });
    all.push({ sft, name, unsaid });
  }
  await mkdir(services.home.library, { recursive: true });
  const done: Imported[] = [];
  for (const one of all) {
    if (!(await bring(window, one))) break;
    done.push(one);
  }
  if (done.length === 0) return;
  await vscode.commands.executeCommand('sft.refresh');
  const names = done.map(({ name }) => name).join(', ');
  const evaluate = vscode.l10n.t('Evaluate');
  const chosen = await showInformation(vscode.l10n.t('Imported: {0}', names), evaluate);
  const inLibrary = done.map(({ name }) => ({ file: libraryFile(services.home, name) }));
  if (chosen === evaluate) await vscode.commands.executeCommand('sft.evaluate', inLibrary[0], inLibrary);
};

/** A dialog takes files or folders; a folder of the reference's is named by the file in it, too. */
async function askForFiles(): Promise<readonly string[] | undefined> {
  const uris = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Import SFT files (.safetensors, pytorch_diff.bin) into the library'),
    openLabel: vscode.l10n.t('Import'),
    canSelectMany: true,
    filters: { SFT: ['safetensors', 'bin'] },
  });
  return uris?.map(({ fsPath }) => fsPath);
}

/** What the files are; nothing is copied if one of them cannot be read. */
async function readSfts(services: Services, files: readonly string[]): Promise<SftListing[]> {
  const listed = await (await services.session()).ask('listSfts', { files, only: true });
  return listed
    .filter(({ path }) => files.includes(path))
    .map((one) => {
      if ('found' in one) return one.found;
      const { code, what, advice } = one.problem;
      throw new SftProblem({ code, what, advice, message: `${what} ${advice}`, file: one.path });
    });
}

/** Whether it is there then; not where the user has cancelled it. */
async function bring(window: Window, { sft, name, unsaid }: Imported): Promise<boolean> {
  const { services } = window;
  const file = libraryFile(services.home, name);
  const title = vscode.l10n.t('Importing {0}', name);
  if (unsaid === undefined) return copy(title, sft.file, file);
  const { task, labels, language } = unsaid;
  const said = Object.entries({ task, labels: labels?.join(','), language });
  const options = said.flatMap(([option, value]) => (value === undefined ? [] : [`--${option}`, value]));
  return (await runWithProgress(window, title, ['convert', sft.file, file, ...options])) !== undefined;
}

async function copy(title: string, from: string, to: string): Promise<boolean> {
  const done = await cancellable(title, async (signal, report) => {
    report(basename(from));
    await writeFileAtomically(to, (handle) =>
      handle.writeFile(createReadStream(from, { signal }), { signal }),
    );
    return true;
  });
  return done === true;
}
