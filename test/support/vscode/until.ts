import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks again and again until something is there, and gives it. A question that throws counts as no; one that looks at
 * something that just went in a page throws after 30 s, so that there is time for another.
 */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  seconds = 60,
): Promise<NonNullable<Exclude<T, false>>> {
  const end = performance.now() + seconds * 1000;
  let last: unknown;
  while (performance.now() < end) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== null && answer !== false)
        return answer as NonNullable<Exclude<T, false>>;
      last = answer;
    } catch (error) {
      last = error;
    }
    await pause(50);
  }
  throw new Error(`Not within ${seconds} s: ${what} (last: ${String(last)})`);
}
