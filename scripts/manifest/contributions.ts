import type { CommandEntry, ViewId } from '../../src/extension/commands/table.ts';

interface MenuItem {
  readonly command: string;
  readonly when?: string;
  readonly group?: string;
}

export interface CommandContribution {
  readonly command: string;
  readonly title: string;
  readonly category: string;
  readonly icon?: string;
  readonly enablement?: string;
}

/** What package.json contributes for the commands: in the table's order, so that a change of one line stays one. */
export interface Contributions {
  readonly commands: readonly CommandContribution[];
  readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
}

/** Key of a command's title in package.nls.json. */
export function titleKey(id: string): string {
  return `command.${id.replace(/^sft\./, '')}`;
}

/** Makes the contributions of a table of commands. */
export function contributionsOf(table: readonly CommandEntry[]): Contributions {
  return {
    commands: table.map(({ id, icon, enablement }) => ({
      command: id,
      title: `%${titleKey(id)}%`,
      category: 'SFT',
      ...(icon === undefined ? {} : { icon: `$(${icon})` }),
      ...(enablement === undefined ? {} : { enablement }),
    })),
    menus: {
      commandPalette: table.flatMap(({ id, palette }) =>
        palette === undefined ? [] : [{ command: id, when: palette }],
      ),
      'view/title': table.flatMap(({ id, places }) =>
        (Object.entries(places?.title ?? {}) as [ViewId, string][]).map(([view, group]) => ({
          command: id,
          when: `view == ${view}`,
          group,
        })),
      ),
      'view/item/context': table.flatMap(({ id, places }) =>
        (places?.item ?? []).map(({ view, items, group }) => ({
          command: id,
          when: `view == ${view} && viewItem =~ /${items}/`,
          group,
        })),
      ),
      'editor/title': table.flatMap(({ id, places }, i) =>
        places?.editor === undefined ? [] : [{ command: id, when: places.editor, group: `navigation@${i}` }],
      ),
      'explorer/context': table.flatMap(({ id, places }) =>
        places?.explorer === undefined ? [] : [{ command: id, when: places.explorer, group: '2_sft@1' }],
      ),
      'notebook/toolbar': table.flatMap(({ id, places }) =>
        places?.notebook === undefined
          ? []
          : [{ command: id, when: places.notebook, group: 'navigation/execute@9' }],
      ),
      'file/newFile': table.flatMap(({ id, places }) =>
        places?.newFile === true ? [{ command: id, group: 'file' }] : [],
      ),
    },
  };
}
