import { posix, win32 } from 'node:path';

/** Where a candidate comes from: the user's setting, this process, the PATH, or the editor (Electron). */
export type NodeSource = 'setting' | 'own' | 'path' | 'editor';

/** A program that may be a Node that can train. */
export interface NodeCandidate {
  readonly path: string;
  readonly source: NodeSource;
}

/** What the order of candidates depends on. */
export interface NodeSurroundings {
  /** The setting `sft.nodePath`; undefined or empty where it is not set. */
  readonly configured?: string | undefined;
  /** `process.execPath`. */
  readonly execPath: string;
  /** `process.versions.electron`. */
  readonly electron: string | undefined;
  /** The variable PATH. */
  readonly path: string | undefined;
  readonly platform: NodeJS.Platform;
}

/**
 * Where a Node is looked for, best first: the setting; this process's own unless it is Electron's; each on the PATH, by absolute
 * path, since a bare name may mean a file of the current folder; Electron's. Whether they are there is not asked.
 */
export function nodeCandidates(around: NodeSurroundings): NodeCandidate[] {
  const { configured, execPath, electron, platform } = around;
  const setting: NodeCandidate[] =
    configured === undefined || configured === '' ? [] : [{ path: configured, source: 'setting' }];
  const own: NodeCandidate = { path: execPath, source: electron === undefined ? 'own' : 'editor' };
  const onPath = pathFolders(around).map((folder): NodeCandidate => {
    const path = platform === 'win32' ? win32.join(folder, 'node.exe') : posix.join(folder, 'node');
    return { path, source: 'path' };
  });
  const all = own.source === 'own' ? [...setting, own, ...onPath] : [...setting, ...onPath, own];
  return all.filter(({ path }, i) => all.findIndex((other) => other.path === path) === i);
}

/** Folders of the PATH; an empty or relative one means the current folder or one in it. */
function pathFolders({ path, platform }: NodeSurroundings): string[] {
  const rules = platform === 'win32' ? win32 : posix;
  return (path ?? '')
    .split(rules.delimiter)
    .map((folder) => (platform === 'win32' ? folder.replace(/^"(.*)"$/, '$1') : folder))
    .filter((folder) => rules.isAbsolute(folder) && !isDriveless(folder, platform));
}

/** `\tools` is on whatever drive is the current one. */
function isDriveless(folder: string, platform: NodeJS.Platform): boolean {
  return platform === 'win32' && /^[\\/](?![\\/])/.test(folder);
}
