import { render } from 'lit';
import type { ComposeView, FromCompose } from '../../src/protocol/composePanel.ts';
import { connectEditor } from '../ui/editorApi.ts';
import { onceAFrame } from '../ui/onceAFrame.ts';
import { registerWidgets } from '../ui/toolkit.ts';
import { checkState, checkToCompose } from './checkMessage.ts';
import { type ComposeState, newSettingSender, newState, receive, type SettingSender } from './model.ts';
import { page } from './page.ts';
import type { Panel } from './panel.ts';
import './compose.css';

registerWidgets();
const editor = connectEditor();
const send: (message: FromCompose) => void = editor.send;
/** The number of the last patch. */
let seen = 0;
const tell = newSettingSender(send, () => seen);
let view: ComposeView | null = null;
let state: ComposeState = checkState(editor.kept()) ?? newState;
let hasComplained = false;

const draw = onceAFrame(() => {
  const app = document.getElementById('app');
  if (app !== null) render(page(panelOf()), app);
});

/** Its view is always the newest one, also after what is drawn. */
function panelOf(): Panel | undefined {
  if (view === null) return undefined;
  const drawn = view;
  return {
    get view() {
      return view ?? drawn;
    },
    state,
    change,
    set,
    send,
  };
}

function change(part: Partial<ComposeState>): void {
  state = { ...state, ...part };
  editor.keep(state);
  draw();
}

const set: SettingSender = (setting, isMoving) => {
  if (view === null) return;
  view = { ...view, setting };
  tell(setting, isMoving);
  draw();
};

addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = checkToCompose(data);
  if (message === undefined) {
    if (!hasComplained) console.warn('A message that is not of the compose bench was ignored.');
    hasComplained = true;
    return;
  }
  seen = message.number;
  view = receive(view, message);
  draw();
});

// Files that are dropped with Shift held: without it the editor takes them itself.
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault();
  const uris = (event.dataTransfer?.getData('text/uri-list') ?? '')
    .split(/\r?\n/)
    .filter((uri) => /^[a-z]/i.test(uri));
  if (uris.length > 0) send({ type: 'dropped', uris });
});

draw();
send({ type: 'ready' });
