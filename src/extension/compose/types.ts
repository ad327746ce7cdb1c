/** The editor of compose files, as VS Code knows it. */
export const composeEditorType = 'sft.composeBench';
