import { describe, it } from 'mocha';
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { relative } from 'node:path';
import * as vscode from 'vscode';
import { keepsFree } from './support/handlers.ts';
import { extension } from './support/extension.ts';

describe('activation', () => {
  it('keeps the host busy for less than 50 ms at a stretch', async () => {
    assert.equal(extension().isActive, false, 'it was activated before the tests began');
    await keepsFree(async () => {
      await extension().activate();
    });
    assert.equal(extension().isActive, true);
  });

  it('loads one file of ours and no other', () => {
    const { extensionPath } = extension();
    const loaded = Object.keys(createRequire(__filename).cache)
      .map((file) => relative(extensionPath, file))
      .filter((file) => !/^(\.\.|\.vscode-test\/|node_modules\/)/.test(file));
    assert.deepEqual(loaded, ['dist/extension.cjs']);
  });

  it('loads no engine', () => {
    const { sharedObjects } = process.report.getReport() as { readonly sharedObjects: readonly string[] };
    assert.notEqual(sharedObjects.length, 0);
    assert.deepEqual(
      sharedObjects.filter((file) => /onnxruntime|tensorflow/.test(file)),
      [],
    );
  });

  it('has its own SFT_HOME in tests', () => {
    assert.match(process.env.SFT_HOME ?? '', /sft-(vscode|host)-/);
    assert.equal(vscode.workspace.workspaceFolders?.length, 1);
  });
});
