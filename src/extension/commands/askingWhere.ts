import { SftProblem } from '../programs/programs.ts';

/**
 * Runs a command of `sft`. Where it ends with the problem of this code, the user is asked, and it is run again with the arguments that
 * `ask` gives besides; undefined where that gives none, or the command was cancelled.
 */
export async function askingWhere<T>(
  code: string,
  args: readonly string[],
  run: (args: readonly string[]) => Promise<T>,
  ask: (what: string) => Promise<readonly string[] | undefined>,
): Promise<T | undefined> {
  try {
    return await run(args);
  } catch (error) {
    if (!(error instanceof SftProblem) || error.code !== code) throw error;
    const more = await ask(error.what);
    return more === undefined ? undefined : run([...args, ...more]);
  }
}
