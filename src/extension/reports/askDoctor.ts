import * as vscode from 'vscode';
import { UserError } from '../../core/errors/userError.ts';
import type { DoctorFacts } from '../../protocol/doctor.ts';
import { cancellable } from '../cancellable.ts';
import { newPrograms, type Programs } from '../programs/programs.ts';
import type { Services } from '../services.ts';

/** What `sft doctor --json` prints. */
export type DoctorAnswer = DoctorFacts & {
  /** For bug reports: without paths, names and data. */
  readonly report: string;
};

/** Runs `sft doctor` with progress and cancel; undefined where it was cancelled. */
export async function askDoctor(services: Services): Promise<DoctorAnswer | undefined> {
  return cancellable(vscode.l10n.t('Looking at this machine'), async (signal) =>
    ask(await doctorsPrograms(services), signal),
  );
}

async function ask(programs: Programs, signal: AbortSignal): Promise<DoctorAnswer> {
  const configured = vscode.workspace.getConfiguration('sft').get('nodePath', '');
  const named = configured === '' ? [] : ['--node', configured];
  let answer: DoctorAnswer | undefined;
  try {
    await programs.sft(['doctor', ...named], {
      signal,
      onJson(value) {
        if (isAnswer(value)) answer = value;
      },
    });
  } catch (error) {
    // Where something is missing it ends with an exit code, and says what all the same.
    if (answer === undefined || signal.aborted) throw error;
  }
  if (answer === undefined) throw new Error('sft doctor said nothing');
  return answer;
}

/** The Node that trains, or the window's own where there is none: that is what the user wants to know. */
async function doctorsPrograms(services: Services): Promise<Programs> {
  const training = await services.programs();
  try {
    await training.node();
    return training;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { version, versions, execPath } = process;
    return newPrograms(services.bundles, () =>
      Promise.resolve({
        path: execPath,
        source: 'own',
        version,
        electron: versions.electron !== undefined,
        words: version,
      }),
    );
  }
}

function isAnswer(value: unknown): value is DoctorAnswer {
  return typeof value === 'object' && value !== null && 'report' in value && 'problems' in value;
}
