import { render } from 'lit';
import type { RunPanelState } from '../../src/protocol/runPanel.ts';
import { announce } from '../ui/announce.ts';
import { registerWidgets } from '../ui/toolkit.ts';
import { checkState, checkToRunPanel } from './checkMessage.ts';
import { newModel, newState, receive } from './model.ts';
import { standing } from './outcome.ts';
import { page } from './page.ts';
import type { Panel } from './panel.ts';
import { connectEditor } from './vscodeApi.ts';
import './run.css';

/** Milliseconds between drawings of what a run tells: more often than an eye reads would cost the run its time. */
const eventPause = 250;

registerWidgets();
const editor = connectEditor();
const model = newModel();
let state: RunPanelState = checkState(editor.kept()) ?? newState('');
let isDue = false;
let isDelayed = false;
let drawn = 0;
let hasComplained = false;
let said: string | undefined;

/** Draws once in the next frame, however much happens until then. */
function draw(): void {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    drawn = performance.now();
    const app = document.getElementById('app');
    if (app === null) return;
    const panel: Panel = { model, state, change, send: editor.send };
    render(page(panel, Date.now()), app);
  });
}

/** Draws soon: what a run tells by itself, as against what the user has asked for. */
function drawSoon(): void {
  if (isDelayed) return;
  isDelayed = true;
  const wait = Math.max(0, drawn + eventPause - performance.now());
  setTimeout(() => {
    isDelayed = false;
    draw();
  }, wait);
}

function change(part: Partial<RunPanelState>): void {
  state = { ...state, ...part };
  editor.keep(state);
  draw();
}

/** Speaks how the run stands when that changes; at first it can be read. */
function sayStanding(): void {
  if (model.shown === null) return;
  const now = standing(model.shown.view.run, model.shown.presence);
  if (said !== undefined && now !== said) announce(now);
  said = now;
}

function askForAll(): void {
  editor.send({ type: 'ready', overlays: state.overlays });
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
  } else if (message.type === 'events') drawSoon();
  else draw();
  sayStanding();
});

// Times of day are told from now on.
setInterval(() => {
  if (document.visibilityState === 'visible') draw();
}, 30_000);

draw();
askForAll();
if (state.tab === 'recipe' || state.tab === 'log') editor.send({ type: 'tab', tab: state.tab });
