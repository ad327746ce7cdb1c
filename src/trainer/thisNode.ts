import { versions } from 'node:process';
import { nodeWords } from '../home/nodes/judge.ts';
import { bytesText } from '../protocol/bytesText.ts';

const { node, electron } = versions as NodeJS.ProcessVersions & { electron?: string };

/** Whether this process is a Node of Electron's, as the editor brings it. */
export const isElectron: boolean = electron !== undefined;

/** What people call the Node of this process: `plain Node 24.21.0`. */
export const thisNode: string = nodeWords({ version: node, electron: electron ?? null });

/** Electron's V8 allows so many bytes of arrays a process on Windows, the least of all systems. */
const ELECTRON_ARRAYS = 8e9;

/** What is to be said of a run that needs `peak` bytes at its worst moment, where the Node that trains may not give them. */
export function electronNote(peak: number, inElectron: boolean = isElectron): string | undefined {
  if (!inElectron || peak <= ELECTRON_ARRAYS) return undefined;
  return `Training needs about ${bytesText(peak)} of memory at its worst moment, which the editor's own Node may not give: install Node 20.11 or newer, or set sft.nodePath.`;
}
