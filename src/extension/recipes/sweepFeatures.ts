import { dirname } from 'node:path';
import type * as vscode from 'vscode';
import { sweepLanguage } from '../../recipe/sweep/language.ts';
import { missingSweepFiles } from '../../recipe/sweep/missing.ts';
import { checkSweep } from '../../recipe/sweep/read.ts';
import { newSchemaFeatures, type SchemaFeatures } from './schemaFeatures.ts';

/** What answers VS Code's questions about sweeps. */
export function newSweepFeatures(problems: vscode.DiagnosticCollection): SchemaFeatures {
  return newSchemaFeatures(
    {
      language: sweepLanguage,
      folderOf: ({ uri }) => (uri.scheme === 'file' ? dirname(uri.fsPath) : undefined),
      check: checkSweep,
      missing: (text, _, folder) => missingSweepFiles(text, folder),
    },
    problems,
  );
}
