import * as vscode from 'vscode';

/** Where a step stands: shown as `2/6` in its title. */
export interface StepPlace {
  readonly title: string;
  /** From 1. */
  readonly step: number;
  readonly steps: number;
}

/** The user wants to see the step before. */
export const back = Symbol('back');

/** An answer, the step before, or undefined: none of all this. */
export type Answer<T> = T | typeof back | undefined;

/** One question. It changes nothing; what it answers is kept by whoever asks. */
export type Step<S> = (state: S, place: StepPlace) => Promise<Answer<S>>;

/**
 * Asks one question after the other, from the state before each; undefined where the user leaves. `steps` says which
 * questions there are, for what has been answered so far.
 */
export async function askInSteps<S>(
  title: string,
  start: S,
  steps: (state: S) => readonly Step<S>[],
): Promise<S | undefined> {
  const states = [start];
  for (;;) {
    const state = states[states.length - 1];
    const all = steps(state);
    const number = states.length - 1;
    if (number === all.length) return state;
    const answer = await all[number](state, { title, step: number + 1, steps: all.length });
    if (answer === undefined) return undefined;
    if (answer === back) states.pop();
    else states.push(answer);
  }
}

export interface Choice<T> extends vscode.QuickPickItem {
  /** What is answered; undefined in a heading. */
  readonly value?: T;
}

export interface PickOptions<T> {
  readonly place: StepPlace;
  readonly placeholder: string;
  /** May take a while: the pick is shown at once. */
  readonly choices: Promise<readonly Choice<T>[]>;
  /** Which is taken by Enter alone; the first by default. */
  readonly active?: T | undefined;
}

/** Asks for one of several. */
export async function pick<T>({ place, placeholder, choices, active }: PickOptions<T>): Promise<Answer<T>> {
  const input = vscode.window.createQuickPick<Choice<T>>();
  Object.assign(input, surroundings(place));
  input.placeholder = placeholder;
  input.matchOnDescription = true;
  input.matchOnDetail = true;
  input.busy = true;
  const answer = answered<T>(input, (resolve) =>
    input.onDidAccept(() => {
      const [chosen] = input.selectedItems;
      if (chosen?.value !== undefined) resolve(chosen.value);
    }),
  );
  input.show();
  try {
    const fill = async (): Promise<void> => {
      input.items = await choices;
      const preselected = input.items.filter(({ value }) => active !== undefined && value === active);
      if (preselected.length > 0) input.activeItems = preselected;
      input.busy = false;
    };
    await Promise.race([answer, fill()]); // whoever leaves does not wait for the choices
    return await answer;
  } finally {
    input.dispose();
  }
}

export interface TypeOptions {
  readonly place: StepPlace;
  readonly prompt: string;
  readonly value: string;
  /** What is wrong with a text; undefined where nothing is. */
  readonly check: (text: string) => string | undefined;
}

/** Asks for a text. */
export async function type({ place, prompt, value, check }: TypeOptions): Promise<Answer<string>> {
  const input = vscode.window.createInputBox();
  Object.assign(input, surroundings(place));
  input.prompt = prompt;
  input.value = value;
  const show = (): boolean => {
    input.validationMessage = check(input.value);
    return input.validationMessage === undefined;
  };
  input.onDidChangeValue(show);
  const answer = answered<string>(input, (resolve) =>
    input.onDidAccept(() => {
      if (show()) resolve(input.value);
    }),
  );
  input.show();
  try {
    return await answer;
  } finally {
    input.dispose();
  }
}

function surroundings({ title, step, steps }: StepPlace): Partial<vscode.QuickInput> & {
  readonly buttons: readonly vscode.QuickInputButton[];
} {
  return {
    title,
    step,
    totalSteps: steps,
    ignoreFocusOut: true,
    buttons: step > 1 ? [vscode.QuickInputButtons.Back] : [],
  };
}

/** What the user does with an input: answers, goes back, or leaves. */
function answered<T>(
  input: vscode.QuickInput & { readonly onDidTriggerButton: vscode.Event<vscode.QuickInputButton> },
  listen: (resolve: (answer: Answer<T>) => void) => void,
): Promise<Answer<T>> {
  return new Promise((resolve) => {
    listen(resolve);
    input.onDidTriggerButton((button) => {
      if (button === vscode.QuickInputButtons.Back) resolve(back);
    });
    input.onDidHide(() => resolve(undefined));
  });
}
