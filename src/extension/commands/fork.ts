import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { askForRun } from '../ask.ts';
import { cancellable } from '../cancellable.ts';
import { showInformation } from '../messages.ts';
import { engineSetting, keepAwakeSetting } from '../settings.ts';
import { runFolderOf } from '../views/nodes.ts';
import type { Window } from '../window.ts';
import { askIfLong } from './askLong.ts';
import { askingWhere } from './askingWhere.ts';
import { budgetWritten, forkedMask, masksWritten, seedsWritten } from './forkMasks.ts';
import type { CommandHandler } from './register.ts';

/**
 * Trains further sparse phases from what a run has kept of its full phase: masks of other sizes, random ones, other seeds; as runs beside
 * it, which are drawn behind its curves. The argument of the run's panel says which.
 */
export const fork: CommandHandler = async (window, argument) => {
  const folder =
    runFolderOf(argument) ??
    (await askForRun(
      window.services,
      vscode.l10n.t('Fork which run?'),
      ({ end }) => end !== null && end.outcome === 'done',
    ));
  if (folder === undefined) return;
  const mask = forkedMask(argument) ?? (await askWhich(folder));
  if (mask === undefined) return;
  const forks = await startForks(window, folder, mask);
  if (forks === undefined) return;
  const show = vscode.l10n.t('Compare');
  const text =
    forks.length === 1
      ? vscode.l10n.t('{0} was started from the full phase of {1}.', basename(forks[0]), basename(folder))
      : vscode.l10n.t('{0} runs were started from the full phase of {1}.', forks.length, basename(folder));
  if ((await showInformation(text, show)) === show) (await window.runPanels()).open(folder, forks);
};

/** Options of `sft fork`; undefined where the user wants none. */
async function askWhich(folder: string): Promise<readonly string[] | undefined> {
  const { l10n, window } = vscode;
  const title = l10n.t('Fork {0}', basename(folder));
  const random = ['--by', 'random,randomPerTensor'];
  const choices: (vscode.QuickPickItem & { does: 'random' | keyof ReturnType<typeof questions> })[] = [
    { label: l10n.t('Masks of other sizes...'), detail: l10n.t('The sparse phase for several K'), does: 'k' },
    {
      label: l10n.t('Random masks of the same size'),
      detail: l10n.t('Uniform, and with the same number in each tensor: what choosing by change is worth'),
      does: 'random',
    },
    {
      label: l10n.t('A budget of layers...'),
      detail: l10n.t('So many of the entries for the embeddings, so many for some layers'),
      does: 'budget',
    },
    {
      label: l10n.t('Other seeds...'),
      detail: l10n.t('The sparse phase again in other orders'),
      does: 'seed',
    },
  ];
  const chosen = await window.showQuickPick(choices, { title, ignoreFocusOut: true });
  if (chosen === undefined) return undefined;
  if (chosen.does === 'random') return random;
  const { prompt, value, wrong, read } = questions()[chosen.does];
  const text = await window.showInputBox({
    title,
    ignoreFocusOut: true,
    prompt,
    value,
    validateInput: (written) => (read(written) === undefined ? wrong : undefined),
  });
  return text === undefined ? undefined : read(text);
}

/** What is asked where a choice needs more, and the options of `sft fork` that an answer stands for. */
interface Question {
  readonly prompt: string;
  readonly value: string;
  readonly wrong: string;
  readonly read: (text: string) => readonly string[] | undefined;
}

function questions(): Readonly<Record<'k' | 'seed' | 'budget', Question>> {
  const { l10n } = vscode;
  return {
    k: {
      prompt: l10n.t('Sizes of the mask with commas between them: numbers of entries, or all in percent.'),
      value: '2 %, 5 %, 10 %',
      wrong: l10n.t('Give numbers such as 20000, 50000, or percentages such as 2 %, 5 %.'),
      read: masksWritten,
    },
    budget: {
      prompt: l10n.t(
        'Layers and how many of the entries they get, as numbers or in percent: emb, 0, 1 ... or ranges. The other layers share the rest.',
      ),
      value: 'emb=10%, 0-5=40%',
      wrong: l10n.t('Give layers such as emb=10%, 0-5=2000: each of them once, and at most 100 % together.'),
      read: budgetWritten,
    },
    seed: {
      prompt: l10n.t('Seeds of the sparse phase with commas between them.'),
      value: '2, 3',
      wrong: l10n.t('Give whole numbers, such as 2, 3.'),
      read: seedsWritten,
    },
  };
}

/** Gives the folders of the forks; undefined where it was cancelled. */
async function startForks(
  { services }: Window,
  folder: string,
  mask: readonly string[],
): Promise<string[] | undefined> {
  const programs = await services.programs();
  const started: string[] = [];
  const start = (args: readonly string[]) =>
    cancellable(vscode.l10n.t('Starting forks of {0}', basename(folder)), async (signal, report) => {
      await programs.sft(args, {
        cwd: dirname(folder),
        signal,
        onText: (line) => {
          services.log.info(line);
          report(line.slice(0, 100));
        },
        onJson: (value) => {
          const fork = runFolderOf(value);
          if (fork === undefined) return;
          started.push(fork);
          services.acts.started.add(fork);
          services.acts.ended.delete(fork);
        },
      });
      return true;
    });
  const args = ['fork', folder, ...mask, '--detach', ...engineSetting(), ...keepAwakeSetting()];
  const done = await askingWhere('train-confirm', args, start, (what) => askIfLong(what));
  await services.live.look();
  return done === undefined && started.length === 0 ? undefined : started;
}
