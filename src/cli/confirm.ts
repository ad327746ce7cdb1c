import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

/** Asks a yes-or-no question on the terminal; anything but yes is no, Ctrl-C and the end of the input too. */
export async function confirm(question: string): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const none = once(prompt, 'close').then(() => '');
    const answer = prompt.question(`${question} [y/N] `).catch(unlessAborted);
    return /^y(es)?$/i.test((await Promise.race([answer, none])).trim());
  } finally {
    prompt.close();
  }
}

function unlessAborted(error: unknown): string {
  if (error instanceof Error && error.name === 'AbortError') return '';
  throw error;
}
