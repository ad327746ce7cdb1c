import { mkdir, realpath, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { userError } from '../../core/errors/userError.ts';
import { systemCode, writeError } from '../../formats/fileErrors.ts';
import type { BaseListing } from '../../protocol/session.ts';
import { waitFor } from '../cancellable.ts';
import { showInformation } from '../messages.ts';
import { SftProblem } from '../programs/programs.ts';
import type { Services } from '../services.ts';
import type { CommandHandler } from './register.ts';

/** Makes a model folder known to every window: a link to it in SFT_HOME. The model stays where it is. */
export const addBase: CommandHandler = async ({ services }) => {
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Add a base model: the folder with config.json'),
      openLabel: vscode.l10n.t('Add'),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  if (uri === undefined) return;
  const title = vscode.l10n.t('Reading {0}', basename(uri.fsPath));
  const read = await waitFor(title, readBase(services, uri.fsPath));
  if (read === undefined) return;
  const base = read.done;
  const isNew = await link(services, base);
  await vscode.commands.executeCommand('sft.refresh');
  void showInformation(
    isNew
      ? vscode.l10n.t('Base model added: {0}. It stays where it is.', base.name)
      : vscode.l10n.t('{0} is among the base models already.', base.name),
  );
};

async function readBase(services: Services, folder: string): Promise<BaseListing> {
  const listed = await (await services.session()).ask('listBases', { folders: [folder] });
  const one = listed.find(({ path }) => path === folder);
  if (one === undefined) throw userError('base-no-model', undefined, { file: folder });
  if ('found' in one) return one.found;
  const { code, what, advice } = one.problem;
  throw new SftProblem({ code, what, advice, message: `${what} ${advice}`, file: one.path });
}

/** Gives whether there was no link yet. A junction, as Windows calls it, wants no special rights there. */
async function link({ home }: Services, { folder, name }: BaseListing): Promise<boolean> {
  const place = join(home.models, basename(name));
  try {
    await mkdir(home.models, { recursive: true });
    await symlink(folder, place, 'junction');
    return true;
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw writeError(error, place);
    const there = await realpath(place).catch(() => undefined); // a link to nothing is in the way, too
    if (there === (await realpath(folder))) return false;
    throw userError('base-name-taken', { name: basename(name) }, { file: place });
  }
}
