import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as vscode from 'vscode';
import { isHubName } from '../../formats/hubCache.ts';
import type { NamedFile } from '../../recipe/language/links.ts';

/** A link whose target is looked for when somebody follows it. */
class BaseLink extends vscode.DocumentLink {
  readonly folder: string;

  constructor(range: vscode.Range, folder: string) {
    super(range);
    this.folder = folder;
  }
}

/** Links to the files that a text names, in the editor that is theirs: an SFT in the inspector. `folder`: where paths start. */
export function fileLinks(
  document: vscode.TextDocument,
  folder: string,
  named: readonly NamedFile[],
): vscode.DocumentLink[] {
  return named
    .filter((one) => !isHubName(one.named))
    .map(({ span, named: path, kind }) => {
      const range = new vscode.Range(document.positionAt(span[0]), document.positionAt(span[1]));
      const target = resolve(folder, path);
      return kind === 'base'
        ? new BaseLink(range, target)
        : new vscode.DocumentLink(range, vscode.Uri.file(target));
    });
}

/** A base model is opened at its config.json, or shown in the explorer. */
export async function resolveFileLink(link: vscode.DocumentLink): Promise<vscode.DocumentLink> {
  if (!(link instanceof BaseLink)) return link;
  const config = join(link.folder, 'config.json');
  if (await exists(config)) link.target = vscode.Uri.file(config);
  else if (await exists(link.folder)) {
    const argument = encodeURIComponent(JSON.stringify([vscode.Uri.file(link.folder)]));
    link.target = vscode.Uri.parse(`command:revealInExplorer?${argument}`);
  }
  return link;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
