import * as vscode from 'vscode';
import { until } from '../../../support/vscode/until.ts';

/** What extensions send to their webviews. */
export interface Sent {
  /** Waits until so many more messages of a type have been sent. */
  further(type: string, count: number): Promise<void>;
  restore(): void;
}

interface Webview {
  postMessage: (this: Webview, message: unknown) => Thenable<boolean>;
}

/** Listens to what is sent to webviews: those of all extensions in a host have one prototype. */
export function listenToWebviews(): Sent {
  const panel = vscode.window.createWebviewPanel('sft.test', 'test', vscode.ViewColumn.Active);
  const prototype = Object.getPrototypeOf(panel.webview) as Webview;
  panel.dispose();
  const { postMessage } = prototype;
  const counts = new Map<string, number>();
  prototype.postMessage = function (this: Webview, message) {
    const { type } = message as { readonly type?: unknown };
    counts.set(String(type), (counts.get(String(type)) ?? 0) + 1);
    return postMessage.call(this, message);
  };
  const countOf = (type: string) => counts.get(type) ?? 0;
  return {
    async further(type, count) {
      const before = countOf(type);
      await until(
        `${count} more messages of type ${type} are sent`,
        () => countOf(type) >= before + count,
        60,
      );
    },
    restore() {
      prototype.postMessage = postMessage;
    },
  };
}
