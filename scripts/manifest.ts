// `npm run manifest`: writes the commands and their menus into package.json, from the table of commands; and the messages of the
// extension's host into l10n/bundle.l10n.json, from its source.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandTable } from '../src/extension/commands/table.ts';
import { contributionsOf } from './manifest/contributions.ts';
import { messages } from './manifest/messages.ts';

const repository = join(import.meta.dirname, '..');
const file = join(repository, 'package.json');
const manifest = JSON.parse(readFileSync(file, 'utf8')) as { contributes: Record<string, unknown> };
const { commands, menus } = contributionsOf(commandTable);
const before = (manifest.contributes.menus ?? {}) as Record<string, unknown>;
manifest.contributes = { ...manifest.contributes, commands, menus: { ...before, ...menus } };
writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);

mkdirSync(join(repository, 'l10n'), { recursive: true });
writeFileSync(
  join(repository, 'l10n/bundle.l10n.json'),
  `${JSON.stringify(messages(repository), null, 2)}\n`,
);
