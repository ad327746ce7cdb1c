/** Texts of fewer letters are only looked for as whole lines; in a longer one they would be found by chance. */
const LEAST = 20;
/** Letters by which a text is looked for within a line. */
const PREFIX = 12;
/** Of a hash of so many letters, each of its values says whether any text begins with one like it. */
const BITS = 20;
const BASE = 0x01000193;
/** BASE to the power of PREFIX - 1: what the first letter of a start is multiplied by. */
const OUTERMOST = Array.from({ length: PREFIX - 1 }).reduce<number>((power) => Math.imul(power, BASE), 1);

/** A text as it is compared: blanks, case and the forms of Unicode left out. */
export function textKey(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, '');
}

/** Looks for texts in lines. */
export interface TextSearch {
  /** Looks for them in one more line: as the line, or (if they are not too short) within it. */
  look(line: string): void;
  /** The keys of those that were found. */
  readonly found: ReadonlySet<string>;
}

/** A search for texts by their `textKey`. */
export function newTextSearch(keys: Iterable<string>): TextSearch {
  const short = new Set<string>();
  const byStart = new Map<string, string[]>();
  const starts = new Uint8Array(1 << BITS);
  for (const key of new Set(keys)) {
    if (key === '') continue;
    if (key.length < LEAST) {
      short.add(key);
      continue;
    }
    const start = key.slice(0, PREFIX);
    const same = byStart.get(start);
    if (same === undefined) byStart.set(start, [key]);
    else same.push(key);
    starts[bucket(hashOf(lettersOf(start)))] = 1;
  }
  const found = new Set<string>();
  let letters = new Uint16Array(1 << 12);
  return {
    found,
    look(line) {
      const plain = isAscii(line) ? line : line.normalize('NFKC').toLowerCase();
      if (plain.length > letters.length) letters = new Uint16Array(2 * plain.length);
      const length = putLetters(plain, letters);
      if (length < LEAST) {
        const key = short.size === 0 ? '' : textOf(letters, 0, length);
        if (short.has(key)) found.add(key);
        return;
      }
      if (byStart.size === 0) return;
      // A hash that rolls along, so that most places are passed over without making a string of them.
      let hash = hashOf(letters);
      for (let at = 0; ; at++) {
        if (starts[bucket(hash)] === 1)
          for (const key of byStart.get(textOf(letters, at, at + PREFIX)) ?? [])
            if (at + key.length <= length && standsAt(letters, at, key)) found.add(key);
        if (at + LEAST >= length) return;
        hash = (Math.imul(hash - Math.imul(letters[at], OUTERMOST), BASE) + letters[at + PREFIX]) | 0;
      }
    },
  };
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

function standsAt(letters: Uint16Array, at: number, key: string): boolean {
  for (let i = 0; i < key.length; i++) if (letters[at + i] !== key.charCodeAt(i)) return false;
  return true;
}

/** Puts the letters of a normalised text, small and without blanks; gives how many they are. */
function putLetters(text: string, into: Uint16Array): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isBlank(code)) continue;
    into[length++] = code >= 65 && code <= 90 ? code + 32 : code;
  }
  return length;
}

/** What `\s` is. */
function isBlank(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13);
  if (code < 0xa0) return false;
  return (
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000 ||
    code === 0xfeff
  );
}

function lettersOf(text: string): Uint16Array {
  return Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

function textOf(letters: Uint16Array, from: number, to: number): string {
  return String.fromCharCode(...letters.subarray(from, to));
}

/** Of the first letters. */
function hashOf(letters: Uint16Array): number {
  let hash = 0;
  for (let i = 0; i < PREFIX; i++) hash = (Math.imul(hash, BASE) + letters[i]) | 0;
  return hash;
}

function bucket(hash: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> (32 - BITS);
}
