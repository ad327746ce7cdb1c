import { createReadStream, existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as vscode from 'vscode';
import { userError } from '../../core/errors/userError.ts';
import { writeFileAtomically } from '../../formats/atomicFile.ts';
import type { SftListing } from '../../protocol/session.ts';
import { SftProblem } from '../programs/programs.ts';
import type { Services } from '../services.ts';
import type { CommandHandler } from './register.ts';

/** Copies SFT files into the library, where every window and `sft` find them. */
export const importSft: CommandHandler = async ({ services }, argument) => {
  const given = argument instanceof vscode.Uri ? [argument] : undefined;
  const uris =
    given ??
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Import SFT files into the library'),
      openLabel: vscode.l10n.t('Import'),
      canSelectMany: true,
      filters: { SFT: ['safetensors'] },
    }));
  if (uris === undefined || uris.length === 0) return;
  const sfts = await readSfts(
    services,
    uris.map(({ fsPath }) => fsPath),
  );
  for (const sft of sfts) await copy(services, sft);
  await vscode.commands.executeCommand('sft.refresh');
  const names = sfts.map(({ name }) => name).join(', ');
  const evaluate = vscode.l10n.t('Evaluate');
  const chosen = await vscode.window.showInformationMessage(vscode.l10n.t('Imported: {0}', names), evaluate);
  const files = sfts.map((sft) => ({ file: target(services, sft) }));
  if (chosen === evaluate) await vscode.commands.executeCommand('sft.evaluate', files[0], files);
};

/** What the files are; nothing is copied if one of them cannot be read. */
async function readSfts(services: Services, files: readonly string[]): Promise<SftListing[]> {
  const listed = await (await services.session()).ask('listSfts', { files });
  return listed
    .filter(({ path }) => files.includes(path))
    .map((one) => {
      if ('found' in one) return one.found;
      const { code, what, advice } = one.problem;
      throw new SftProblem({ code, what, advice, message: `${what} ${advice}`, file: one.path });
    });
}

function target({ home }: Services, { name }: SftListing): string {
  return join(home.library, `${name}.sft.safetensors`);
}

async function copy(services: Services, sft: SftListing): Promise<void> {
  const file = target(services, sft);
  if (existsSync(file)) throw userError('import-exists', { name: sft.name }, { file });
  await mkdir(services.home.library, { recursive: true });
  await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Importing {0}', basename(sft.file)),
      cancellable: true,
    },
    async (_progress, cancelled) => {
      const end = new AbortController();
      cancelled.onCancellationRequested(() => end.abort(new vscode.CancellationError()));
      await writeFileAtomically(file, async (handle) => {
        await pipeline(createReadStream(sft.file), handle.createWriteStream({ autoClose: false }), {
          signal: end.signal,
        });
      }).catch((error: unknown) => {
        throw end.signal.aborted ? end.signal.reason : error;
      });
    },
  );
}
