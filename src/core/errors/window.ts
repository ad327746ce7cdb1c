import type { Problem } from './problem.ts';

/** What cannot be done in a window of the editor. */
export const windowErrors = {
  'import-exists': (d: { name: string }): Problem => ({
    what: `There is an SFT ${d.name} in the library already.`,
    advice: 'Delete it there first, or rename the file that you import.',
  }),
  'base-no-model': (): Problem => ({
    what: 'This folder is no base model: it has no config.json.',
    advice: 'Choose the folder that holds config.json, the weights and the tokenizer.',
  }),
  'base-name-taken': (d: { name: string }): Problem => ({
    what: `There is another base model ${d.name} already.`,
    advice: 'Rename the folder, or delete the other one.',
  }),
  'demo-failed': (d: { reason: string }): Problem => ({
    what: `The demo workspace could not be made: ${d.reason}.`,
    advice: 'Choose a folder that can be written to, on a disk with 5 MB free.',
  }),
} satisfies Record<string, (details: never) => Problem>;
