/** The head of a word that has none. */
export const NO_HEAD = -1;

/** What a head of 0 means: the root. Words count from 1, so word i of an array is the number i + 1. */
const ROOT = 0;

export interface TreeOptions {
  /** Whether exactly one word hangs on the root, as Universal Dependencies want it; true unless given. */
  readonly singleRoot?: boolean;
}

/**
 * The best head of each word on its own (of equals the first), as the reference decodes: the arcs may form circles, and
 * a word may be its own head.
 * @param scores [words, words + 1], row by row: the score of each head (0 is the root) for each word
 */
export function greedyHeads(scores: ArrayLike<number>, words: number): Int32Array {
  const width = words + 1;
  checkSize(scores, words);
  return Int32Array.from({ length: words }, (_, word) => {
    let best = 0;
    for (let head = 1; head < width; head++) {
      if (scores[word * width + head] > scores[word * width + best]) best = head;
    }
    return best;
  });
}

/**
 * The heads of the tree with the highest sum of scores (Chu and Liu 1965, Edmonds 1967; in the order of Tarjan 1977, for
 * dense graphs: time and memory grow with the square of the words). No word is its own head. Scores that are no numbers,
 * or infinite, count as worse (or better) than all others.
 * @param scores as for `greedyHeads`
 */
export function maximumTree(
  scores: ArrayLike<number>,
  words: number,
  { singleRoot = true }: TreeOptions = {},
): Int32Array {
  checkSize(scores, words);
  return heaviestArborescence(weightsOf(scores, words, singleRoot), words + 1);
}

/** Whether every word leads to the root; with `singleRoot` also whether only one hangs on it. */
export function isTree(heads: ArrayLike<number>, { singleRoot = false }: TreeOptions = {}): boolean {
  const roots = rootsOf(heads);
  if (singleRoot ? roots.length !== 1 : roots.length === 0 && heads.length > 0) return false;
  for (let i = 0; i < heads.length; i++) if (heads[i] < 0 || heads[i] > heads.length) return false;
  return findCycle(heads) === undefined;
}

/** Numbers of the words that hang on the root. */
export function rootsOf(heads: ArrayLike<number>): number[] {
  const roots: number[] = [];
  for (let i = 0; i < heads.length; i++) if (heads[i] === ROOT) roots.push(i + 1);
  return roots;
}

/** Numbers of words that hang on one another in a circle, ascending; the first such circle, or undefined. */
export function findCycle(heads: ArrayLike<number>): number[] | undefined {
  /** From which word this one was reached. */
  const seenFrom = new Int32Array(heads.length + 1);
  for (let word = 1; word <= heads.length; word++) {
    let at = word;
    while (at > 0 && at <= heads.length && seenFrom[at] === 0) {
      seenFrom[at] = word;
      at = heads[at - 1];
    }
    if (at <= 0 || at > heads.length || seenFrom[at] !== word) continue;
    const cycle = [at];
    for (let next = heads[at - 1]; next !== at; next = heads[next - 1]) cycle.push(next);
    return cycle.sort((a, b) => a - b);
  }
  return undefined;
}

/**
 * Gives words without a head (NO_HEAD) one, so that there is a tree to write down: the first word on the root, or the root
 * where there is none. The other heads must lead to the root or to such words.
 */
export function attachRest(heads: ArrayLike<number>): Int32Array {
  const attached = Int32Array.from(heads);
  let [anchor] = rootsOf(attached);
  for (let i = 0; i < attached.length; i++) {
    if (attached[i] !== NO_HEAD) continue;
    attached[i] = anchor ?? ROOT;
    anchor ??= i + 1;
  }
  return attached;
}

/** [nodes, nodes]: the weight of the arc to each node from each; node 0 is the root. */
function weightsOf(scores: ArrayLike<number>, words: number, singleRoot: boolean): Float64Array {
  const nodes = words + 1;
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < words * nodes; i++) {
    if (!Number.isFinite(scores[i])) continue;
    low = Math.min(low, scores[i]);
    high = Math.max(high, scores[i]);
  }
  if (low > high) low = high = 0;
  // More than any two trees can differ by.
  const beyond = nodes * (high - low) + 1;
  const [worst, best] = [low - beyond, high + beyond];
  // Arcs from the root are made so bad that one of them is cheaper than any two.
  const penalty = singleRoot ? nodes * (best - worst) + 1 : 0;
  const weights = new Float64Array(nodes * nodes);
  for (let word = 1; word < nodes; word++) {
    for (let head = 0; head < nodes; head++) {
      const score = scores[(word - 1) * nodes + head];
      const finite = Number.isFinite(score) ? score : score > 0 ? best : worst;
      weights[word * nodes + head] = finite - (head === ROOT ? penalty : 0);
    }
  }
  return weights;
}

/** An arc into a node: from which word to which one. */
interface Arc {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

/** A word, or a circle of nodes that was drawn together. */
interface Node {
  /** By the word where the arc starts: the weight, and the word inside of the node where it ends. */
  readonly weights: Float64Array;
  readonly targets: Int32Array;
  /** The best arc into it. */
  arc: Arc;
}

/**
 * Grows a path backwards along the best arcs. A path that meets itself is a circle, which becomes one node; a path that
 * meets the root, or a node that leads there, is finished. At last the circles are opened where an arc enters them.
 */
function heaviestArborescence(weights: Float64Array, words: number): Int32Array {
  const nodes: Node[] = [];
  const parent: number[] = [];
  const finished: boolean[] = [];
  /** For each word the outermost node that holds it. */
  const outer = Int32Array.from({ length: words }, (_, i) => i);
  const none: Arc = { from: ROOT, to: ROOT, weight: 0 };
  for (let word = 0; word < words; word++) {
    const row = weights.subarray(word * words, (word + 1) * words);
    nodes.push({ weights: row, targets: new Int32Array(words).fill(word), arc: none });
    parent.push(-1);
    finished.push(word === ROOT);
  }

  const bestArc = (node: number): Arc => {
    const { weights: row, targets } = nodes[node];
    let best = -1;
    for (let from = 0; from < words; from++) {
      if (outer[from] !== node && (best === -1 || row[from] > row[best])) best = from;
    }
    return { from: best, to: targets[best], weight: row[best] };
  };
  const contract = (members: readonly number[]): number => {
    const joined = nodes.length;
    const row = new Float64Array(words).fill(-Infinity);
    const targets = new Int32Array(words);
    for (const member of members) {
      const { weights: own, targets: ends, arc } = nodes[member];
      for (let from = 0; from < words; from++) {
        // What it costs to enter the circle here instead of by the member's own arc.
        const gain = own[from] - arc.weight;
        if (gain <= row[from]) continue;
        row[from] = gain;
        targets[from] = ends[from];
      }
      parent[member] = joined;
    }
    const inside = new Set(members);
    for (let word = 0; word < words; word++) if (inside.has(outer[word])) outer[word] = joined;
    nodes.push({ weights: row, targets, arc: none });
    parent.push(-1);
    finished.push(false);
    return joined;
  };

  for (let word = 1; word < words; word++) {
    const path: number[] = [];
    for (let node = outer[word]; !finished[node];) {
      const known = path.indexOf(node);
      if (known !== -1) {
        node = contract(path.splice(known));
        continue;
      }
      path.push(node);
      nodes[node].arc = bestArc(node);
      node = outer[nodes[node].arc.from];
    }
    for (const node of path) finished[node] = true;
  }

  for (let joined = nodes.length - 1; joined >= words; joined--) {
    const { arc } = nodes[joined];
    let member = arc.to;
    while (parent[member] !== joined) member = parent[member];
    nodes[member].arc = arc;
  }
  return Int32Array.from({ length: words - 1 }, (_, i) => nodes[i + 1].arc.from);
}

function checkSize({ length }: ArrayLike<number>, words: number): void {
  if (length === words * (words + 1)) return;
  throw new RangeError(`${length} scores for ${words} words, which have ${words + 1} possible heads each`);
}
