import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FakeDocument } from '../../../test/support/fakeVscode.ts';
import { registerSchemaLanguage } from './schemaLanguage.ts';
import { newSweepFeatures } from './sweepFeatures.ts';

const editor = await vi.hoisted(async () =>
  (await import('../../../test/support/fakeVscode.ts')).fakeVscode(),
);
vi.mock('vscode', () => editor.api);

let folder = '';
let registered: { dispose(): unknown };
const endings = new Set<() => void>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sft-sweeps-'));
  registered = registerSchemaLanguage(
    'sft-sweep',
    {
      log: { error: (text: string) => expect.fail(text) },
      onDidEndRun: (listener) => {
        const one = (): void => void listener(undefined);
        endings.add(one);
        return { dispose: () => endings.delete(one) };
      },
    },
    async (problems) => newSweepFeatures(problems),
  );
});

afterEach(() => {
  registered.dispose();
  rmSync(folder, { recursive: true });
});

function notebook(document: FakeDocument, scheme: string): unknown {
  return { uri: { scheme }, getCells: () => [{ document }] };
}

function open(name: string, scheme?: string): FakeDocument {
  const text = `recipe: ${name}.sft.yaml\nvary: { seed: [1, 2] }\n`;
  return editor.open(join(folder, `${name}.sweep.yaml`), text, 'sft-sweep', scheme);
}

describe('problems of texts that name files', () => {
  it.each([
    ['a file was made', () => editor.fileChanged()],
    ['a run ended', () => endings.forEach((one) => one())],
    ['the window has the focus again', () => editor.focus()],
    ['another editor is in front', () => editor.showOther()],
  ])('are looked for anew when %s', async (_, happens) => {
    const document = open('late');
    await vi.waitFor(() => expect(editor.problems(document).map(({ code }) => code)).not.toEqual([]));
    writeFileSync(join(folder, 'late.sft.yaml'), 'kind: task\nbase: .\ndata: { train: late.sft.yaml }\n');
    happens();
    await vi.waitFor(() => expect(editor.problems(document)).toEqual([]));
    editor.close(document);
  });

  it('are shown of texts that somebody writes only, not of an older one in a comparison', async () => {
    const old = open('gone', 'git');
    const written = open('gone');
    await vi.waitFor(() => expect(editor.problems(written)).not.toEqual([]));
    expect(editor.problems(old)).toEqual([]);
  });

  it('are shown of cells of notebooks that somebody writes only', async () => {
    const old = open('old', 'vscode-notebook-cell');
    const written = open('new', 'vscode-notebook-cell');
    editor.api.workspace.notebookDocuments.push(notebook(old, 'git'), notebook(written, 'file'));
    editor.type(old, 'x: 1');
    editor.type(written, 'x: 1');
    await vi.waitFor(() => expect(editor.problems(written)).not.toEqual([]));
    expect(editor.problems(old)).toEqual([]);
  });
});
