/** Characters of which each is a grapheme of its own. */
const ASCII = /^[ -~]*$/;
/** Graphemes whose replacement is remembered. */
const REMEMBERED = 100_000;

/**
 * SentencePiece's normalisation by a precompiled table (`precompiled_charsmap`), as `tokenizers` in Rust applies it:
 * to each grapheme of up to 5 bytes as a whole, of which only the shortest known beginning decides, and otherwise to
 * each character. (The JavaScript library guesses it by NFKC, which differs for decomposed letters.)
 * @param charsmap base64: the size of a double-array trie in bytes (u32), the trie, and NUL-terminated replacements
 * @throws Error where the table cannot be read
 */
export function precompiled(charsmap: string): (text: string) => string {
  const bytes = Buffer.from(charsmap, 'base64');
  const trieBytes = bytes.length < 4 ? -1 : bytes.readUInt32LE(0);
  if (trieBytes < 4 || trieBytes % 4 !== 0 || trieBytes + 4 > bytes.length)
    throw new Error('its charsmap is broken');
  const trie = Uint32Array.from({ length: trieBytes / 4 }, (_, i) => bytes.readUInt32LE(4 + 4 * i));
  const replacements = bytes.subarray(4 + trieBytes);
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

  const replace = (part: string): string | undefined => {
    const at = firstPrefix(trie, Buffer.from(part));
    if (at === undefined) return undefined;
    const end = replacements.indexOf(0, at);
    return replacements.toString('utf8', at, end === -1 ? replacements.length : end);
  };
  const normalizeGrapheme = (grapheme: string): string => {
    const whole = Buffer.byteLength(grapheme) < 6 ? replace(grapheme) : undefined;
    return whole ?? Array.from(grapheme, (char) => replace(char) ?? char).join('');
  };
  const known = new Map<string, string>();
  return (text) => {
    let result = '';
    for (const grapheme of ASCII.test(text)
      ? text
      : Array.from(graphemes.segment(text), ({ segment }) => segment)) {
      let normalized = known.get(grapheme);
      if (normalized === undefined) {
        normalized = normalizeGrapheme(grapheme);
        if (known.size < REMEMBERED) known.set(grapheme, normalized);
      }
      result += normalized;
    }
    return result;
  };
}

/** The value of the shortest prefix of `key` in a double-array trie (Darts); undefined where none is in it. */
function firstPrefix(trie: Uint32Array, key: Uint8Array): number | undefined {
  let unit = trie[0] ?? 0;
  let node = offset(unit);
  for (const byte of key) {
    node = (node ^ byte) >>> 0;
    unit = trie[node] ?? 0;
    if (byte === 0 || (unit & 0x800000ff) !== byte) return undefined;
    node = (node ^ offset(unit)) >>> 0;
    if ((unit & 0x100) !== 0) return (trie[node] ?? 0) & 0x7fffffff;
  }
  return undefined;
}

function offset(unit: number): number {
  return ((unit >>> 10) << ((unit & 0x200) >>> 6)) >>> 0;
}
