import { render } from 'lit';
import type { FromInspector, InspectState } from '../../src/protocol/inspectPanel.ts';
import { connectEditor } from '../ui/editorApi.ts';
import { onceAFrame } from '../ui/onceAFrame.ts';
import { registerWidgets } from '../ui/toolkit.ts';
import { checkState, checkToInspector } from './checkMessage.ts';
import { newModel, newState, receive } from './model.ts';
import { needs } from './needs.ts';
import { page } from './page.ts';
import type { Panel } from './panel.ts';
import './inspect.css';

registerWidgets();
const editor = connectEditor();
const send: (message: FromInspector) => void = editor.send;
const model = newModel();
let state: InspectState = checkState(editor.kept()) ?? newState([]);
let hasComplained = false;
/** Where the focus goes when the page is next drawn. */
let nextFocus: readonly string[] = [];

const draw = onceAFrame(() => {
  const app = document.getElementById('app');
  if (app === null) return;
  const panel: Panel = { model, state, change, go, send };
  render(page(panel), app);
  const found = nextFocus.map((selector) => app.querySelector<HTMLElement>(selector));
  nextFocus = [];
  found.find((element) => element !== null)?.focus();
});

function change(part: Partial<InspectState>): void {
  state = { ...state, ...part };
  editor.keep(state);
  ask();
  draw();
}

function go(part: Partial<InspectState>, focus: readonly string[]): void {
  nextFocus = focus;
  change(part);
}

function ask(): void {
  for (const message of needs(model, state)) send(message);
}

/** What was kept for other files does not fit these. */
function keepFor(files: readonly string[]): void {
  const isSame = files.length === state.files.length && files.every((file, i) => file === state.files[i]);
  if (!isSame) state = state.files.length === 0 ? { ...state, files } : newState(files);
  editor.keep(state);
}

addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = checkToInspector(data);
  if (message === undefined) {
    if (!hasComplained) console.warn('A message that is not of the inspector was ignored.');
    hasComplained = true;
    return;
  }
  receive(model, message);
  if (message.type === 'overview') keepFor([message.overview.listing.file]);
  else if (message.type === 'comparing') keepFor(message.files);
  else if (message.type === 'base' && message.base?.how === 'chosen') change({ base: message.base.folder });
  ask();
  draw();
});

draw();
send({ type: 'ready', base: state.base, force: state.force });
