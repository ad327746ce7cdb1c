import type { LiveStatus, RunProgress } from '../../protocol/liveRun.ts';
import type { BaseListing, RunListing, SftListing } from '../../protocol/session.ts';
import { sweepFile, sweepOfId } from './sweeps.ts';

/** Items of our trees. Commands of the menus get them, and may be given the same from elsewhere. */
export type TreeNode = GroupNode | SftNode | RunNode | WaitingNode | BaseNode | ProblemNode | MoreNode;

/** A heading: a base model over its SFTs, a kind of SFTs, or a sweep over its runs. */
export interface GroupNode {
  readonly kind: 'group';
  readonly id: string;
  readonly of: 'base' | SftListing['kind'] | 'sweep';
  readonly label: string;
  readonly description: string;
  readonly children: readonly TreeNode[];
}

export interface SftNode {
  readonly kind: 'sft';
  readonly id: string;
  readonly file: string;
  readonly listing: SftListing;
  /** Name of the folder it lies in, where another one beside it has the same name; else null. */
  readonly place: string | null;
}

export interface RunNode {
  readonly kind: 'run';
  readonly id: string;
  readonly folder: string;
  /** null for a live one that has not been read. */
  readonly listing: RunListing | null;
  /** null where no process of this machine works on it. */
  readonly live: LiveRow | null;
}

/** A run of a sweep that nobody has started. */
export interface WaitingNode {
  readonly kind: 'waiting';
  readonly id: string;
  readonly name: string;
}

/** What is known of a live run. */
export interface LiveRow {
  readonly status: LiveStatus;
  /** null until it has answered. */
  readonly progress: RunProgress | null;
}

export interface BaseNode {
  readonly kind: 'base';
  readonly id: string;
  readonly folder: string;
  readonly listing: BaseListing;
}

/** Something that is there and cannot be read. */
export interface ProblemNode {
  readonly kind: 'problem';
  readonly id: string;
  readonly path: string;
  readonly what: string;
  readonly advice: string;
}

/** What stands for those that are not listed yet. */
export interface MoreNode {
  readonly kind: 'more';
  readonly id: string;
  /** How many they are. */
  readonly left: number;
}

/** The folder of a run that an argument of a command names: a node, an object with `folder`; else undefined. */
export function runFolderOf(argument: unknown): string | undefined {
  return textField(argument, 'folder');
}

/** The SFT file that an argument of a command names: a node, a Uri, an object with `file`; else undefined. */
export function sftFileOf(argument: unknown): string | undefined {
  return textField(argument, 'file') ?? textField(argument, 'fsPath');
}

/** The file or folder that an argument of a command names, whatever it is; else undefined. */
export function pathOf(argument: unknown): string | undefined {
  return runFolderOf(argument) ?? sftFileOf(argument) ?? textField(argument, 'path');
}

/** The file of a sweep that an argument of a command names: the heading of its runs, a Uri; else undefined. */
export function sweepFileOf(argument: unknown): string | undefined {
  const folder = sweepOfId(textField(argument, 'id') ?? '');
  return folder === undefined ? sftFileOf(argument) : sweepFile(folder);
}

/** Which kind of node an argument of a command is, if it says so. */
export function kindOf(argument: unknown): string | undefined {
  return textField(argument, 'kind');
}

function textField(argument: unknown, field: string): string | undefined {
  if (typeof argument !== 'object' || argument === null || !(field in argument)) return undefined;
  const value = (argument as Record<string, unknown>)[field];
  return typeof value === 'string' ? value : undefined;
}
