import { basename } from 'node:path';
import * as vscode from 'vscode';
import { foundOnly } from '../ask.ts';
import { showWarning } from '../messages.ts';
import type { Services } from '../services.ts';
import { newVoice } from '../voice.ts';
import { sftCard } from './cards.ts';
import type { TreeNode } from './nodes.ts';
import { markdownText } from './plainText.ts';
import { reachedBy } from './reached.ts';

/** Shows what a file says of itself: an SFT's card as a document, of one that cannot be read the reason. */
export async function showCard(node: TreeNode): Promise<void> {
  if (node.kind === 'problem') {
    const text = `${basename(node.path)}: ${node.what} ${node.advice}`;
    await showWarning(text);
  } else if (node.kind === 'sft') {
    const uri = vscode.Uri.from({
      scheme: 'sft-card',
      path: `/${basename(node.file)}.md`,
      query: JSON.stringify(node.file),
    });
    // As a click in the explorer does: the next one takes its tab, and the keys stay with the tree.
    const show = { preview: true, preserveFocus: true };
    await vscode.commands.executeCommand('vscode.openWith', uri, 'vscode.markdown.preview.editor', show);
  }
}

/** The text of an SFT's card, read anew, so that it comes back with the window. */
export async function cardDocument(services: Services, uri: vscode.Uri): Promise<string> {
  const file: unknown = JSON.parse(uri.query);
  if (typeof file !== 'string') return '';
  const listed = await (await services.session()).ask('listSfts', { files: [file], only: true });
  const mine = listed.filter(({ path }) => path === file);
  const [found] = mine.flatMap(foundOnly);
  if (found !== undefined) return sftCard(found, newVoice(), await reachedBy(services, found));
  const [problem] = mine.flatMap((one) => ('problem' in one ? [one.problem] : []));
  return markdownText(`${problem?.what ?? file} ${problem?.advice ?? ''}`);
}
