import { open } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { RecipeTemplate } from '../../recipe/templates.ts';
import {
  type DataFile,
  dataFileOf,
  dataPatterns,
  namedDataFile,
  questionPatterns,
  unwantedFolders,
} from './dataFiles.ts';

const mostFiles = 1000;
const headBytes = 16 << 10;

/** Data files of the workspace, by their names and beginnings; those for question answering are looked for when they are wanted. */
export function findData(): (template: RecipeTemplate) => Promise<readonly DataFile[]> {
  const words = find(dataPatterns);
  let questions: ReturnType<typeof find> | undefined;
  return (template) => (template === 'qa' ? (questions ??= findQuestions()) : words);
}

/** Files of questions, by what is in them: of a project's JSON files hardly one is. */
export async function findQuestions(): Promise<readonly DataFile[]> {
  return find(questionPatterns);
}

async function find(patterns: string): Promise<readonly DataFile[]> {
  const uris = await vscode.workspace.findFiles(patterns, unwantedFolders, mostFiles);
  const files: DataFile[] = [];
  for (const { fsPath } of uris) {
    const file = dataFileOf(fsPath, await headOf(fsPath));
    if (file !== undefined) files.push(file);
  }
  return files;
}

/** A file that the user names is data, whatever it looks like: what is wrong with it is said when it is read. */
export async function lookAt(path: string, template: RecipeTemplate): Promise<DataFile> {
  return namedDataFile(path, await headOf(path), template);
}

/** The text at the beginning; '' where it cannot be read. */
async function headOf(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return ''; // it is not offered then
  }
}
