import type { FromRunPanel, RunPanelState } from '../../src/protocol/runPanel.ts';

/** What the editor gives to a webview. */
export interface EditorApi {
  postMessage(message: FromRunPanel): void;
  /** What was kept: of an earlier version of us, or of nobody. */
  getState(): unknown;
  setState(state: RunPanelState): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** Can be called once in the life of a page. */
export function editorApi(): EditorApi {
  return acquireVsCodeApi();
}
