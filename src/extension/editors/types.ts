/** The editor of SFT files, and the panel that compares two of them, as VS Code knows them. */
export const sftEditorType = 'sft.inspector';
export const diffPanelType = 'sft.diff';
