// `npm run manifest`: writes the commands and their menus into package.json, from the table of commands.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandTable } from '../src/extension/commands/table.ts';
import { contributionsOf } from './manifest/contributions.ts';

const file = join(import.meta.dirname, '..', 'package.json');
const manifest = JSON.parse(readFileSync(file, 'utf8')) as { contributes: Record<string, unknown> };
const { commands, menus } = contributionsOf(commandTable);
const before = (manifest.contributes.menus ?? {}) as Record<string, unknown>;
manifest.contributes = { ...manifest.contributes, commands, menus: { ...before, ...menus } };
writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
