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

/** Of `known`, the name that `word` most likely stands for: case, dashes and few typing errors aside. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 60) return undefined;
  const plainWord = plain(word);
  const other = Object.hasOwn(otherNames, plainWord) ? otherNames[plainWord] : undefined;
  if (other !== undefined && known.includes(other)) return other;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(plainWord.length / 3)) + 1;
  for (const name of known) {
    const d = distance(plainWord, plain(name));
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

/** Levenshtein's distance: insertions, deletions and replacements. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, replaced));
    }
    row = next;
  }
  return row[b.length];
}
