import { render } from 'lit';
import type { RunPanelState } from '../../src/protocol/runPanel.ts';
import { registerWidgets } from '../ui/toolkit.ts';
import { checkState, checkToRunPanel } from './checkMessage.ts';
import { newModel, newState, receive } from './model.ts';
import { page } from './page.ts';
import type { Panel } from './panel.ts';
import { editorApi } from './vscodeApi.ts';
import './run.css';

registerWidgets();
const api = editorApi();
const model = newModel();
let state: RunPanelState = checkState(api.getState()) ?? newState('');
let isDue = false;
let hasComplained = false;

/** Draws once in the next frame, however much happens until then. */
function draw(): void {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    const app = document.getElementById('app');
    if (app === null) return;
    const panel: Panel = { model, state, change, send: (message) => api.postMessage(message) };
    render(page(panel, Date.now()), app);
  });
}

function change(part: Partial<RunPanelState>): void {
  state = { ...state, ...part };
  api.setState(state);
  draw();
}

function askForAll(): void {
  api.postMessage({ type: 'ready', overlays: state.overlays });
}

addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = checkToRunPanel(data);
  if (message === undefined) {
    if (!hasComplained) console.warn('A message that is not of the run panel was ignored.');
    hasComplained = true;
    return;
  }
  if (receive(model, message) === 'lost') askForAll();
  if (message.type === 'view') {
    const { folder } = message.heading;
    // What was kept for another run does not fit this one.
    change(state.folder === folder ? {} : state.folder === '' ? { folder } : newState(folder));
  } else if (message.type === 'overlay') {
    change({ overlays: [...new Set([...state.overlays, message.folder])] });
  } else draw();
});

// Times of day are told from now on.
setInterval(() => {
  if (document.visibilityState === 'visible') draw();
}, 30_000);

draw();
askForAll();
if (state.tab === 'recipe' || state.tab === 'log') api.postMessage({ type: 'tab', tab: state.tab });
