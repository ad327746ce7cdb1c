import type { BaseListing, RunListing, SftListing } from '../../protocol/session.ts';

/** Items of our trees. Commands of the menus get them, and may be given the same from elsewhere. */
export type TreeNode = GroupNode | SftNode | RunNode | BaseNode | ProblemNode;

/** A heading: a base model over its SFTs, or a kind of SFTs. */
export interface GroupNode {
  readonly kind: 'group';
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly children: readonly TreeNode[];
}

export interface SftNode {
  readonly kind: 'sft';
  readonly file: string;
  readonly listing: SftListing;
}

export interface RunNode {
  readonly kind: 'run';
  readonly folder: string;
  /** null for a live one that has not been read. */
  readonly listing: RunListing | null;
}

export interface BaseNode {
  readonly kind: 'base';
  readonly folder: string;
  readonly listing: BaseListing;
}

/** Something that is there and cannot be read. */
export interface ProblemNode {
  readonly kind: 'problem';
  readonly path: string;
  readonly what: string;
  readonly advice: string;
}

/** The folder of a run that an argument of a command names: a node, an object with `folder`; else undefined. */
export function runFolderOf(argument: unknown): string | undefined {
  return textField(argument, 'folder');
}

/** The SFT file that an argument of a command names: a node, a Uri, an object with `file`; else undefined. */
export function sftFileOf(argument: unknown): string | undefined {
  return textField(argument, 'file') ?? textField(argument, 'fsPath');
}

function textField(argument: unknown, field: string): string | undefined {
  if (typeof argument !== 'object' || argument === null || !(field in argument)) return undefined;
  const value = (argument as Record<string, unknown>)[field];
  return typeof value === 'string' ? value : undefined;
}
