/** What the editor gives to a webview. */
interface EditorApi {
  postMessage(message: unknown): void;
  /** What was kept: of an earlier version of us, or of nobody. */
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

/** The editor, from a page's side; can be asked for once in its life. */
export function connectEditor() {
  const api = acquireVsCodeApi();
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the editor's, not a window's
    send: (message: unknown) => api.postMessage(message),
    kept: () => api.getState(),
    keep: (state: unknown) => api.setState(state),
  };
}
