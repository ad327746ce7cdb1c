import { render } from 'lit';
import type { FromRunPanel, MomentPlace, RunPanelState } from '../../src/protocol/runPanel.ts';
import { announce } from '../ui/announce.ts';
import { connectEditor } from '../ui/editorApi.ts';
import { onceAFrame } from '../ui/onceAFrame.ts';
import { registerWidgets } from '../ui/toolkit.ts';
import { checkState, checkToRunPanel } from './checkMessage.ts';
import { newFollowLog } from './followLog.ts';
import { newKControl } from './kControl.ts';
import { kView } from './kView.ts';
import { newModel, newState, receive } from './model.ts';
import { momentAt, momentsOf, placeAmong, placeOf } from './moments.ts';
import { standing } from './outcome.ts';
import { page } from './page.ts';
import type { Panel } from './panel.ts';
import { followFocus } from './whatIf.ts';
import './run.css';

/** Milliseconds between drawings of what a run tells: more often than an eye reads would cost the run its time. */
const eventPause = 250;

registerWidgets();
const editor = connectEditor();
const send: (message: FromRunPanel) => void = editor.send;
const model = newModel();
let state: RunPanelState = checkState(editor.kept()) ?? newState('');
let isDelayed = false;
let drawn = 0;
let hasComplained = false;
let said: string | undefined;

const draw = onceAFrame(() => {
  drawn = performance.now();
  const app = document.getElementById('app');
  if (app === null) return;
  const panel: Panel = { model, state, change, send, kControl };
  const follow = followFocus();
  render(page(panel, Date.now()), app);
  follow();
});

const kControl = newKControl({
  wishes: model.k,
  view: () => kView(model),
  // What a K would choose is seen in the newest statistics.
  moved: () => (state.frame === null ? draw() : change({ frame: null })),
  ask: (k) => send({ type: 'chooseK', k }),
});

const followLog = newFollowLog(
  () => state.tab === 'log' && document.visibilityState === 'visible',
  () => send({ type: 'tab', tab: 'log' }),
);

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
  if ('frame' in part) state = { ...state, moment: momentShown() };
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

/** The older moment that the slider is at; before the page has the run, the one that was kept. */
function momentShown(): MomentPlace | undefined {
  if (state.frame === null) return undefined;
  if (model.shown === null) return state.moment;
  const moment = momentAt(momentsOf(model.shown.view.masks), state.frame);
  return moment === undefined ? undefined : placeOf(moment);
}

/** A history that becomes long loses moments: the slider stays where it is in time. */
function keepMoment(shown: MomentPlace | undefined): void {
  if (shown === undefined || model.shown === null) return;
  const frame = placeAmong(momentsOf(model.shown.view.masks), shown);
  if (frame !== state.frame) change({ frame });
}

function askForAll(): void {
  send({ type: 'ready', overlays: state.overlays });
}

addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = checkToRunPanel(data);
  if (message === undefined) {
    if (!hasComplained) console.warn('A message that is not of the run panel was ignored.');
    hasComplained = true;
    return;
  }
  const shown = momentShown();
  if (receive(model, message) === 'lost') askForAll();
  keepMoment(shown);
  if (message.type === 'view') {
    const { folder } = message.heading;
    // What was kept for another run does not fit this one.
    change(state.folder === folder ? {} : state.folder === '' ? { folder } : newState(folder));
  } else if (message.type === 'overlay') {
    change({ overlays: [...new Set([...state.overlays, message.folder])] });
  } else if (message.type === 'overlayGone') {
    change({ overlays: state.overlays.filter((one) => one !== message.folder) });
  } else if (message.type === 'events') drawSoon();
  else draw();
  if (message.type === 'events' || message.type === 'presence') followLog();
  kControl.say();
  sayStanding();
});

// Times of day are told from now on.
setInterval(() => {
  if (document.visibilityState === 'visible') draw();
}, 30_000);

draw();
askForAll();
if (state.tab === 'recipe' || state.tab === 'log') send({ type: 'tab', tab: state.tab });
