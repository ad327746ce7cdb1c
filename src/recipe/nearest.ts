/** Names that are written otherwise elsewhere (in other tools), by their plain form. */
const otherNames: Readonly<Record<string, string>> = {
  lr: 'learningRate',
  batch: 'batchSize',
  model: 'base',
  untieembeddings: 'untie',
  maxseqlength: 'maxLength',
  gradientaccumulationsteps: 'accumulate',
  mlmprobability: 'probability',
};

/** The field that a name of another tool stands for, if it is a known one. */
export function fieldOfOtherName(word: string): string | undefined {
  const name = plain(word);
  return Object.hasOwn(otherNames, name) ? otherNames[name] : undefined;
}

/** Of `known`, the name that `word` most likely stands for: case, dashes and few typing errors aside. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 60) return undefined;
  const wanted = plain(word);
  let best: string | undefined;
  let least = Math.floor(wanted.length / 3) + 1;
  for (const name of known) {
    if (Math.abs(name.length - wanted.length) >= least) continue;
    const d = distance(wanted, plain(name));
    if (d < least) {
      least = d;
      best = name;
    }
  }
  return best;
}

function plain(word: string): string {
  return word.toLowerCase().replaceAll(/[-_ ]/g, '');
}

/** Distance of two words in typing errors: insertions, deletions, replacements, and neighbours swapped. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const best = Math.min(row[j] + 1, next[j - 1] + 1, replaced);
      next.push(swapped ? Math.min(best, before[j - 2] + 1) : best);
    }
    before = row;
    row = next;
  }
  return row[b.length];
}
