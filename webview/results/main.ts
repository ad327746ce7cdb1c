import { html, render } from 'lit';
import type { ShownOutcome } from '../../src/protocol/notebook.ts';
import { checkFound, checkOutcome } from './checkMessage.ts';
import { newState, type Output, type OutputState } from './output.ts';
import { outputView } from './page.ts';
import { style } from './style.ts';

/** What VS Code gives to a renderer, as far as it is used. */
interface RendererContext {
  readonly postMessage?: (message: unknown) => void;
  readonly onDidReceiveMessage?: (listener: (message: unknown) => void) => unknown;
}

interface OutputItem {
  readonly id: string;
  json(): unknown;
}

interface Shown {
  readonly element: HTMLElement;
  readonly outcome: ShownOutcome;
  readonly state: OutputState;
}

/** Entry of the notebook renderer: draws outcomes of cells. */
export function activate({ postMessage, onDidReceiveMessage }: RendererContext) {
  const shown = new Map<string, Shown>();

  function draw({ element, outcome, state }: Shown): void {
    const output: Output = {
      outcome,
      state,
      change(part) {
        Object.assign(state, part);
        draw({ element, outcome, state });
      },
      fetch: postMessage === undefined ? undefined : (hash) => postMessage({ hash }),
    };
    const page = html`<style>
        ${style}
      </style>
      <div class="sft">${outputView(output)}</div>`;
    render(page, element);
  }

  onDidReceiveMessage?.((message) => {
    const found = checkFound(message);
    if (found === undefined) return;
    for (const one of shown.values()) {
      one.state.kept.set(found.hash, found.block);
      draw(one);
    }
  });

  return {
    renderOutputItem(item: OutputItem, element: HTMLElement): void {
      const outcome = checkOutcome(item.json());
      if (outcome === undefined) {
        element.textContent = 'This output cannot be shown; run the cell again.';
        return;
      }
      const one = { element, outcome, state: newState() };
      shown.set(item.id, one);
      draw(one);
    },
    disposeOutputItem(id?: string): void {
      if (id === undefined) shown.clear();
      else shown.delete(id);
    },
  };
}
