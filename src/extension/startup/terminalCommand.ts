import { chmod, mkdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import * as vscode from 'vscode';
import { shellQuoted } from '../../control/shellQuoted.ts';
import type { Services } from '../services.ts';

/**
 * Makes `sft` known in the terminals of this window, after whatever else is called so: what the window tells people to do in a terminal
 * can be done there, with nothing but the extension installed. It runs on the Node of the editor.
 */
export async function offerTerminalCommand({ context, bundles, log }: Services): Promise<void> {
  try {
    const folder = join(context.globalStorageUri.fsPath, 'bin');
    await writeScript(join(folder, scriptName(process.platform)), scriptText(process.platform, bundles));
    const { environmentVariableCollection: variables } = context;
    // On Windows a script is read in the console's code page, in which names of folders need not be what they are.
    if (process.platform === 'win32') {
      variables.replace(nodeVariable, process.execPath);
      variables.replace(programVariable, join(bundles, 'cli.js'));
    }
    variables.description = vscode.l10n.t('The sft command of SFT Studio');
    variables.append('PATH', `${delimiter}${folder}`);
  } catch (error) {
    log.warn(error instanceof Error ? error.message : String(error));
  }
}

const nodeVariable = 'SFT_STUDIO_NODE';
const programVariable = 'SFT_STUDIO_CLI';

function scriptName(platform: NodeJS.Platform): string {
  return platform === 'win32' ? 'sft.cmd' : 'sft';
}

function scriptText(platform: NodeJS.Platform, bundles: string): string {
  const command = [process.execPath, join(bundles, 'cli.js')];
  if (platform === 'win32')
    return `@echo off\r\nsetlocal\r\nset ELECTRON_RUN_AS_NODE=1\r\n"%${nodeVariable}%" "%${programVariable}%" %*\r\n`;
  return `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec ${command.map((word) => shellQuoted(word, platform)).join(' ')} "$@"\n`;
}

/** Several windows may write it at once, all of them the same. */
async function writeScript(file: string, text: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => '')) === text) return;
  const { writeTextAtomically } = await import('../../formats/atomicFile.ts');
  await mkdir(join(file, '..'), { recursive: true });
  await writeTextAtomically(file, text);
  await chmod(file, 0o755);
}
