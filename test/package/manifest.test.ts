import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contributionsOf, titleKey } from '../../scripts/manifest/contributions.ts';
import { messages, messagesIn } from '../../scripts/manifest/messages.ts';
import { type CommandEntry, commandTable } from '../../src/extension/commands/table.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');

interface Step {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly media: Readonly<Record<string, string>>;
  readonly completionEvents: readonly string[];
}

interface Manifest {
  readonly l10n: string;
  readonly contributes: {
    readonly commands: unknown;
    readonly menus: Readonly<Record<string, unknown>>;
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope: string }>> };
    readonly walkthroughs: readonly { readonly steps: readonly Step[] }[];
  };
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const texts = JSON.parse(read('package.nls.json')) as Readonly<Record<string, string>>;
const ids = new Set<string>(commandTable.map(({ id }) => id));
/** Commands of the editor itself that we link to. */
const editors = new Set(['vscode.openFolder', 'workbench.trust.manage', 'workbench.action.quickOpen']);

describe('messages that can be translated', () => {
  it('are those of the source: else `npm run manifest`', () => {
    const bundle = JSON.parse(read('l10n/bundle.l10n.json')) as unknown;
    expect(bundle).toEqual(messages(root));
    expect(manifest.l10n).toBe('./l10n');
  });

  it('are found however they are written', () => {
    const source = `vscode.l10n.t('One {0}', x); t(\n  "It's", 2); at('no'); list.t('no'); voice.t('It\\'s \\u00d7')`;
    expect(messagesIn(source)).toEqual(['One {0}', "It's", "It's ×"]);
  });
});

describe('the manifest', () => {
  it('has the commands and menus of the table: else `npm run manifest`', () => {
    const { commands, menus } = contributionsOf(commandTable);
    expect(manifest.contributes.commands).toEqual(commands);
    expect(manifest.contributes.menus).toMatchObject(menus);
  });

  it('has every text that it names in package.nls.json, and that no other', () => {
    const named = [...read('package.json').matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key);
    expect(Object.keys(texts).toSorted()).toEqual([...new Set(named)].toSorted());
    expect(Object.values(texts).filter((text) => text.trim() === '')).toEqual([]);
  });

  it('gives each command a title of its own', () => {
    const titles = commandTable.map(({ id }) => texts[titleKey(id)]);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('has a handler for every command, and for no other', () => {
    const handled = [...read('src/extension/commands/register.ts').matchAll(/^ {2}'(sft\.\w+)': async/gm)];
    expect(handled.map(([, id]) => id).toSorted()).toEqual([...ids].toSorted());
  });

  it('links only to commands that there are', () => {
    const linked = Object.values(texts).flatMap((text) =>
      [...text.matchAll(/\(command:([\w.]+)/g)].map(([, id]) => id),
    );
    expect(linked.filter((id) => !ids.has(id) && !editors.has(id))).toEqual([]);
    expect(linked).not.toEqual([]);
  });

  it('offers everything in the palette but what wants an item', () => {
    const hidden = (commandTable as readonly CommandEntry[]).filter(({ palette }) => palette === 'false');
    expect(hidden.filter(({ places }) => places === undefined).map(({ id }) => id)).toEqual([
      'sft.openRecipeOfRun',
      'sft.openLogOfRun',
    ]);
  });

  it('lets no workspace name a program', () => {
    const { 'sft.nodePath': nodePath } = manifest.contributes.configuration.properties;
    expect(nodePath.scope).toBe('machine');
    expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toContain('sft.nodePath');
  });

  it('has settings that the extension reads', () => {
    const source = ['services', 'settings', 'commands/train', 'reports/askDoctor']
      .map((name) => read(`src/extension/${name}.ts`))
      .join('\n');
    for (const setting of Object.keys(manifest.contributes.configuration.properties))
      expect(source).toContain(`'${setting.replace('sft.', '')}'`);
  });

  it('offers nothing above a text that nobody writes, such as the older side of a comparison', () => {
    for (const { when } of contributionsOf(commandTable).menus['editor/title'])
      expect(when).toContain('resourceScheme =~ /^(file|untitled)$/');
  });

  it('has a walkthrough that ends with the notebook of the demo, and says where own data come', () => {
    const [{ steps }] = manifest.contributes.walkthroughs;
    expect(steps.map(({ id }) => id)).toEqual([
      'demo',
      'recipe',
      'train',
      'watch',
      'evaluate',
      'own',
      'notebook',
    ]);
    const own = steps.find(({ id }) => id === 'own');
    expect(text(steps[0].description)).toContain(`in the step “${text(own?.title ?? '')}”`);
    // Wherever a step speaks of the last one, it means the notebook.
    for (const { description } of steps)
      for (const sentence of text(description).match(/[^.\n]*last step[^.\n]*/g) ?? [])
        expect(sentence).toContain('notebook');
  });

  it('takes no step of its walkthrough for done because a command was started: who leaves its list has done nothing', () => {
    const [{ steps }] = manifest.contributes.walkthroughs;
    const events = steps.flatMap(({ completionEvents }) => completionEvents);
    expect(events).toHaveLength(steps.length);
    for (const event of events) expect(event).toMatch(/^onContext:/);
  });

  it('has the pictures and pages of its walkthrough, which follow the theme', () => {
    const media = manifest.contributes.walkthroughs.flatMap(({ steps }) => steps.map((step) => step.media));
    for (const { svg, markdown } of media) {
      expect(existsSync(join(root, svg ?? markdown ?? ''))).toBe(true);
      if (svg === undefined) continue;
      const picture = read(svg);
      // No colour of our own but where a theme has none.
      expect(picture.replaceAll(/var\([^)]*(\([^)]*\))?[^)]*\)/g, '')).not.toMatch(/#[\da-f]{3,8}\b/i);
    }
  });
});

function text(key: string): string {
  return texts[key.replaceAll('%', '')] ?? '';
}
