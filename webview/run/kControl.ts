import { announce } from '../ui/announce.ts';
import { count, short } from '../ui/format.ts';
import type { KView } from './kView.ts';
import type { KWishes } from './model.ts';
import { texts } from './texts.ts';

/** What moves K. */
export interface KControl {
  /** K as it is: keys can be quicker than what is drawn. */
  readonly now: () => KView | null;
  /** Shows what a K would choose, and asks nobody. */
  move(k: number): void;
  /** The same by a key: the run is asked once no further key is pressed. */
  step(k: number): void;
  /** Asks for the K that is held; what was typed and is no K goes. */
  readonly settle: () => void;
  /** Asks for a K at once. */
  ask(k: number): void;
  /** Gives up the K that is held. */
  readonly drop: () => void;
  /** What is being typed is no K: what was held before it is given up, and the text is left to the user. */
  mistype(): void;
  /** Says why what was typed is no K; it stays as it was typed. */
  refuse(what: string): void;
  /** Speaks that the run has the K that was waited for. */
  readonly say: () => void;
}

export interface KControlOptions {
  readonly wishes: KWishes;
  readonly view: () => KView | null;
  /** What is shown has changed. */
  readonly moved: () => void;
  readonly ask: (k: number) => void;
}

/** Several keys make one change: a run is not asked for each of them. */
const keyPause = 600;

export function newKControl({ wishes, view, moved, ask: send }: KControlOptions): KControl {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let before: KView['state'] = 'set';
  const hold = (k: number | null): void => {
    clearTimeout(timer);
    timer = undefined;
    wishes.held = k;
    wishes.refused = null;
    wishes.isWrong = false;
  };
  const ask = (k: number): void => {
    hold(null);
    const now = view();
    // The full phase is over, or it is so already.
    if (now !== null && now.k !== k) {
      wishes.asked = k;
      announce(texts.kSlider.asked(count(k)));
      send(k);
    }
    moved();
  };
  const settle = (): void => {
    if (wishes.held !== null) ask(wishes.held);
    else if (wishes.isWrong) {
      wishes.isWrong = false;
      moved();
    }
  };
  return {
    now: view,
    move(k) {
      hold(k);
      moved();
    },
    step(k) {
      hold(k);
      timer = setTimeout(settle, keyPause);
      moved();
    },
    settle,
    ask,
    drop() {
      hold(null);
      moved();
    },
    mistype() {
      hold(null);
      wishes.isWrong = true;
      moved();
    },
    refuse(what) {
      wishes.refused = { what, advice: '' };
      moved();
    },
    say() {
      const now = view();
      // The field is gone, and what was typed into it.
      if (now === null) hold(null);
      if (now?.state === 'set' && before === 'waiting' && now.threshold !== null)
        announce(texts.kSlider.arrived(count(now.k), short(now.threshold)));
      before = now?.state ?? 'set';
    },
  };
}
