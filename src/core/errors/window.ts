import type { Problem } from './problem.ts';

/** What cannot be done in a window of the editor. */
export const windowErrors = {
  'workspace-untrusted': (): Problem => ({
    what: 'Training, evaluation, export and the Hub are off in restricted mode, since programs then read the files of this workspace.',
    advice: 'Trust it if you know where they come from ("Workspaces: Manage Workspace Trust").',
  }),
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
  'hub-restricted': (): Problem => ({
    what: 'The Hugging Face Hub is off in restricted mode.',
    advice: 'Trust the workspace first: Workspaces: Manage Workspace Trust.',
  }),
  'demo-failed': (d: { reason: string }): Problem => ({
    what: `The demo workspace could not be made: ${d.reason}.`,
    advice: 'Choose a folder that can be written to, on a disk with 5 MB free.',
  }),
} satisfies Record<string, (details: never) => Problem>;
