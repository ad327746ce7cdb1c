import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../media/walkthrough');

test("pictures of the walkthrough have no colour that is faint in the editor's own themes", () => {
  const pictures = readdirSync(folder).filter((name) => name.endsWith('.svg'));
  expect(pictures).toContain('train.svg');
  for (const name of pictures)
    // In Dark Modern and Light Modern it is translucent.
    expect(readFileSync(join(folder, name), 'utf8'), name).not.toContain('--vscode-charts-orange');
});
