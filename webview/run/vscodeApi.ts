import type { FromRunPanel, RunPanelState } from '../../src/protocol/runPanel.ts';

/** What the editor gives to a webview. */
interface EditorApi {
  postMessage(message: FromRunPanel): void;
  /** What was kept: of an earlier version of us, or of nobody. */
  getState(): unknown;
  setState(state: RunPanelState): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** The editor, from our side; can be asked for once in the life of a page. */
export function connectEditor() {
  const api = acquireVsCodeApi();
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the editor's, not a window's
    send: (message: FromRunPanel) => api.postMessage(message),
    kept: () => api.getState(),
    keep: (state: RunPanelState) => api.setState(state),
  };
}
