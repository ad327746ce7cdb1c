/** The largest of so many numbers, and `least` at the least. `Math.max` takes its numbers as arguments, which are limited: about 120,000. */
export function largest(numbers: Iterable<number>, least = 0): number {
  let most = least;
  for (const number of numbers) if (number > most) most = number;
  return most;
}
