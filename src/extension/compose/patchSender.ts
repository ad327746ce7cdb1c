import type { ComposeView, ToCompose } from '../../protocol/composePanel.ts';

/** Between two messages, in milliseconds: at most ten a second. */
const pause = 100;

/** Sends a page what has changed of its view, and no more. */
export interface PatchSender {
  /** Takes a part of the view that may have changed. */
  change(part: Partial<ComposeView>): void;
  /**
   * This part came from the page, which had taken the patch of that number last, and shows it already - unless a newer patch with
   * another value was on its way to it: then the part goes back, so that both have the same.
   */
  known(part: Partial<ComposeView>, seen: number): void;
  /** A page that knows nothing is there: sends everything. */
  begin(): void;
  /** The page is gone or out of sight: sends nothing until the next `begin`. */
  end(): void;
  view(): ComposeView;
}

export function newPatchSender(first: ComposeView, send: (message: ToCompose) => void): PatchSender {
  let view = first;
  /** As the page has it. */
  let sent: Partial<ComposeView> = {};
  let number = 0;
  /** The number of the last patch that had each part. */
  let lastWith: Partial<Record<string, number>> = {};
  let isShown = false;
  let timer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    timer = undefined;
    if (!isShown) return;
    const part: Partial<ComposeView> = Object.fromEntries(
      Object.entries(view).filter(([name, value]) => !isSame(Reflect.get(sent, name), value)),
    );
    if (Object.keys(part).length === 0) return;
    sent = view;
    number++;
    for (const name of Object.keys(part)) lastWith[name] = number;
    send({ type: 'patch', number, part });
    timer = setTimeout(flush, pause);
  };
  return {
    change(part) {
      view = { ...view, ...part };
      if (timer === undefined) flush();
    },
    known(part, seen) {
      view = { ...view, ...part };
      const hasCrossed = Object.keys(part).some((name) => (lastWith[name] ?? 0) > seen);
      if (!hasCrossed) sent = { ...sent, ...part };
      else if (timer === undefined) flush();
    },
    begin() {
      clearTimeout(timer);
      isShown = true;
      sent = {};
      number = 0;
      lastWith = {};
      flush();
    },
    end() {
      isShown = false;
      clearTimeout(timer);
      timer = undefined;
    },
    view: () => view,
  };
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
