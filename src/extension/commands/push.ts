import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../core/errors/userError.ts';
import { writeTextAtomically } from '../../formats/atomicFile.ts';
import { parseHubReference } from '../../formats/hubCache.ts';
import { hubEnvironment } from '../hub.ts';
import { showInformation } from '../messages.ts';
import type { Services } from '../services.ts';
import { chosenSfts, runWithProgress } from './evaluate.ts';
import type { CommandHandler } from './register.ts';

/** What `sft push --card-only --json` prints. */
interface Plan {
  readonly id: string;
  readonly files: readonly { readonly path: string; readonly bytes?: number }[];
  readonly card: string;
  readonly notes: readonly string[];
}

/**
 * Publishes an SFT on the Hub. Its model card is shown first and may be edited; only then is it asked, with all that will be
 * sent, whether it shall be.
 */
export const push: CommandHandler = async (window, argument) => {
  const { services } = window;
  const env = await hubEnvironment(services);
  const [sft] =
    (await chosenSfts(window, argument, undefined, vscode.l10n.t('Publish which SFT?'), false)) ?? [];
  if (sft === undefined) return;
  const id = (await askForRepository(sft.name))?.trim();
  if (id === undefined) return;
  const plan = (await runWithProgress(window, vscode.l10n.t('Writing the model card of {0}', sft.name), [
    'push',
    sft.file,
    '--to',
    id,
    '--recorded',
    '--card-only',
  ])) as Plan | undefined;
  if (plan === undefined) return;
  // A file, not an untitled text: that would be another document once it was saved, and what is written then would not be sent.
  const folder = await mkdtemp(join(tmpdir(), 'sft-card-'));
  const card = join(folder, 'README.md');
  await writeTextAtomically(card, plan.card);
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(card));
  await vscode.window.showTextDocument(document, { preview: false });
  const go = vscode.l10n.t('Publish...');
  const looked = await showInformation(
    vscode.l10n.t('This is the model card of {0}. Change it as you like. Nothing has been sent yet.', id),
    go,
  );
  if (looked !== go) return;
  const visibility = await askForConsent(plan);
  if (visibility === undefined) return;
  if (document.isDirty && !(await document.save())) {
    throw new Error(vscode.l10n.t('The model card could not be saved, so that nothing was sent.'));
  }
  const done = await runWithProgress(
    window,
    vscode.l10n.t('Publishing {0}', id),
    [
      'push',
      sft.file,
      '--to',
      id,
      '--card',
      card,
      '--yes',
      ...(visibility === 'private' ? ['--private'] : []),
    ],
    env,
  );
  if (done === undefined) return;
  // Until then it is kept: somebody wrote in it.
  await rm(folder, { recursive: true, force: true });
  await showPublished(services, (done as { url: string }).url);
};

function askForRepository(name: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Push to Hub'),
    prompt: vscode.l10n.t(
      'The repository, ORG/NAME, where ORG is you or an organization of yours. It is made where there is none.',
    ),
    placeHolder: `me/${name}`,
    ignoreFocusOut: true,
    validateInput(text) {
      try {
        const { id } = parseHubReference(text.trim());
        return id === text.trim() && id.includes('/') ? undefined : vscode.l10n.t('Write ORG/NAME.');
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return vscode.l10n.t('Write ORG/NAME.');
      }
    },
  });
}

async function askForConsent({ id, files, notes }: Plan): Promise<'public' | 'private' | undefined> {
  const publish = vscode.l10n.t('Publish');
  const privately = vscode.l10n.t('Publish as Private');
  const detail = [
    vscode.l10n.t('These files are sent: {0}.', files.map(({ path }) => path).join(', ')),
    vscode.l10n.t(
      'Files of the same names that are there get a new version. Private counts for a repository that is made.',
    ),
    ...notes,
  ].join('\n\n');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t('Publish this SFT as {0} on the Hugging Face Hub?', id),
    { modal: true, detail },
    publish,
    privately,
  );
  if (chosen === publish) return 'public';
  return chosen === privately ? 'private' : undefined;
}

async function showPublished({ log }: Services, url: string): Promise<void> {
  log.info(`published: ${url}`);
  const open = vscode.l10n.t('Open Page');
  const chosen = await showInformation(vscode.l10n.t('Published: {0}', url), open);
  if (chosen === open) await vscode.env.openExternal(vscode.Uri.parse(url));
}
