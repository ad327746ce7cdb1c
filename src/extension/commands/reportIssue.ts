import { homedir, hostname, userInfo } from 'node:os';
import * as vscode from 'vscode';
import { askDoctor } from '../reports/askDoctor.ts';
import { withoutPaths } from '../reports/withoutPaths.ts';
import type { Services } from '../services.ts';
import type { CommandHandler } from './register.ts';

/** Opens a bug report that knows the machine, and no path, name or data. An argument is the message of an error. */
export const reportIssue: CommandHandler = async ({ services }, argument) => {
  const body = await issueBody(services, typeof argument === 'string' ? argument : undefined);
  if (body === undefined) return;
  // The reporter of a browser takes no text (microsoft/vscode #207120).
  const commands = await vscode.commands.getCommands();
  const { extension } = services.context;
  const isDesktop = vscode.env.uiKind === vscode.UIKind.Desktop;
  if (isDesktop && commands.includes(reporter) && takesIssues(extension.packageJSON)) {
    await vscode.commands.executeCommand(reporter, {
      extensionId: extension.id,
      issueBody: body,
    });
    return;
  }
  const where = vscode.l10n.t(
    '<!-- Send this to whoever gave you SFT Studio: this build names no place for issues. -->',
  );
  const content = takesIssues(extension.packageJSON) ? body : `${where}\n\n${body}`;
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
  await vscode.window.showTextDocument(document);
};

/** The editor's reporter sends an issue where the manifest says; without that it can do nothing with the text. */
function takesIssues(manifest: unknown): boolean {
  return (
    typeof manifest === 'object' && manifest !== null && ('bugs' in manifest || 'repository' in manifest)
  );
}

const reporter = 'workbench.action.openIssueReporter';

async function issueBody(services: Services, message: string | undefined): Promise<string | undefined> {
  const machine = await machineText(services);
  if (machine === undefined) return undefined;
  const folders = [
    homedir(),
    services.home.home,
    ...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
  ];
  const personal = { user: userInfo().username, host: hostname(), folders };
  return [
    vscode.l10n.t('## What happened'),
    message === undefined
      ? vscode.l10n.t('<!-- What did you do, what did you expect, and what came instead? -->')
      : `\`\`\`\n${withoutPaths(message, personal)}\n\`\`\`\n\n${vscode.l10n.t('<!-- What did you do before? -->')}`,
    vscode.l10n.t('## Where'),
    `- ${vscode.env.appName} ${vscode.version} (${vscode.env.uiKind === vscode.UIKind.Web ? 'web' : 'desktop'}, ${remoteKind(vscode.env.remoteName)})`,
    machine,
    vscode.l10n.t(
      '<!-- Without paths, user names, host names and data. Please look it over before you send it. -->',
    ),
  ].join('\n\n');
}

const remotes = ['ssh-remote', 'wsl', 'dev-container', 'attached-container', 'codespaces', 'tunnel'];

/** In a browser the name of a remote is its address. */
function remoteKind(name: string | undefined): string {
  if (name === undefined) return 'local';
  return remotes.includes(name) ? name : 'remote';
}

/** What the doctor says; a bug of its own must not keep anybody from reporting one. */
async function machineText(services: Services): Promise<string | undefined> {
  try {
    return (await askDoctor(services))?.report;
  } catch (error) {
    services.log.warn(error instanceof Error ? error.message : String(error));
    return `- ${process.platform} ${process.arch}, Node ${process.versions.node}; sft doctor failed`;
  }
}
