import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it, vi } from 'vitest';
import { UserError } from '../core/errors/userError.ts';
import { cancellable } from './cancellable.ts';
import { showInformation, showWarning } from './messages.ts';
import { showError } from './report.ts';

const { api, dialogs } = await vi.hoisted(async () =>
  (await import('../../test/support/fakeVscode.ts')).fakeVscode(),
);
vi.mock('vscode', () => api);

const link = '[Repair it](command:workbench.action.quit)';

beforeEach(() => {
  for (const list of [dialogs.messages, dialogs.progress, dialogs.reports]) list.length = 0;
});

it('shows what stands in files as text: nothing of it is a link that could be clicked', async () => {
  const log = { error: () => undefined } as unknown as Parameters<typeof showError>[0]['log'];
  await showInformation(link);
  await showWarning(link);
  await showError({ log }, new UserError('option-needs', { what: link, advice: link }, undefined));
  await showError({ log }, new Error(link));
  await cancellable(link, async (_, report) => report(link));
  const texts = [...dialogs.messages.map(({ text }) => text), ...dialogs.progress, ...dialogs.reports];
  expect(texts).toHaveLength(6);
  for (const text of texts) {
    expect(text).toContain('Repair it');
    expect(text).not.toContain('](');
  }
});

it('is how every notification of the extension is shown', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'messages.ts',
  );
  expect(files.length).toBeGreaterThan(100);
  const direct = files.filter((file) => {
    const text = readFileSync(join(import.meta.dirname, file), 'utf8');
    // A modal dialog makes no links.
    return text
      .split(/window\.show(?:Information|Warning|Error)Message/)
      .slice(1)
      .some((call) => !call.slice(0, 400).includes('modal: true'));
  });
  expect(direct).toEqual([]);
});
