import { html, render } from 'lit';
import type { ShownOutcome } from '../../src/protocol/notebook.ts';
import { checkFound, checkOutcome, checkStale, type StaleOutputs } from './checkMessage.ts';
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
  readonly metadata?: unknown;
  json(): unknown;
}

interface Shown {
  readonly element: HTMLElement;
  readonly outcome: ShownOutcome;
  readonly state: OutputState;
  /** The name by which the host speaks of it. */
  readonly name: string | undefined;
}

/** Entry of the notebook renderer: draws outcomes of cells. */
export function activate({ postMessage, onDidReceiveMessage }: RendererContext) {
  const shown = new Map<string, Shown>();
  let stale: StaleOutputs = {};

  function draw({ element, outcome, state, name }: Shown): void {
    const output: Output = {
      outcome,
      state,
      stale: (name === undefined ? null : stale[name]) ?? undefined,
      change(part) {
        Object.assign(state, part);
        draw({ element, outcome, state, name });
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
    const now = checkStale(message);
    if (now !== undefined) {
      const before = stale;
      stale = { ...stale, ...now };
      for (const one of shown.values())
        if (one.name !== undefined && (stale[one.name] ?? null) !== (before[one.name] ?? null)) draw(one);
      return;
    }
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
      const one = { element, outcome, state: newState(), name: nameOf(item.metadata) };
      shown.set(item.id, one);
      draw(one);
      if (one.name !== undefined) postMessage?.({ type: 'drawn' });
    },
    disposeOutputItem(id?: string): void {
      if (id === undefined) shown.clear();
      else shown.delete(id);
    },
  };
}

/** The name that the host gave to an output. */
function nameOf(metadata: unknown): string | undefined {
  if (typeof metadata !== 'object' || metadata === null || !('sftOutput' in metadata)) return undefined;
  return typeof metadata.sftOutput === 'string' ? metadata.sftOutput : undefined;
}
