import { type FlowScan, scanFlow } from './flow.ts';
import {
  blank,
  type Entry,
  type Group,
  group,
  indentAt,
  lineEnd,
  maxDepth,
  type Outline,
} from './outlineNodes.ts';
import { isComment, keyAt, plainEnd, quotedEnd, scalar } from './tokens.ts';

/** A block of lines that stand at one indentation. */
interface Frame {
  readonly indent: number;
  readonly group: Group;
}

/**
 * What a text says as far as it can be told, whatever is wrong with it: the state of a recipe while it is typed.
 * Where the text is valid YAML of the sort that recipes are made of, it agrees with the YAML parser. Takes time in
 * proportion to the text. Never throws.
 */
export function outlineOf(text: string): Outline {
  const root = group('group', 'block', [0, text.length]);
  const scan = blockScan(text, root);
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) at = scan(at);
  return { root: scan.root(), text };
}

/** A function that reads the line at an offset, and whatever belongs to it, and returns where the next one starts. */
function blockScan(text: string, top: Group): { (start: number): number; root: () => Group } {
  let root = top;
  let frames: Frame[] = [];

  const line = (start: number): number => {
    const end = lineEnd(text, start);
    const indent = indentAt(text, start);
    const at = start + indent;
    if (at >= end || isComment(text, at) || isMarker(text, start)) return end + 1;
    return content(at, indent, end);
  };

  const content = (at: number, indent: number, end: number): number => {
    if (text[at] === '-' && (at + 1 >= end || blank(text[at + 1]))) return dash(at, indent, end);
    const key = keyAt(text, at, end);
    if (key !== undefined) {
      const entry: Entry = { key: key.scalar, value: undefined, start: at };
      groupFor(indent, 'group').entries.push(entry);
      return valueOf(entry, key.after, end, indent);
    }
    return bare(at, indent, end);
  };

  /** A list's entry. What follows the dash is read as if it stood on a line of its own. */
  const dash = (at: number, indent: number, end: number): number => {
    const list = groupFor(indent, 'list');
    const entry: Entry = { key: undefined, value: undefined, start: at };
    list.entries.push(entry);
    let inner = at + 1;
    while (inner < end && blank(text[inner])) inner++;
    if (inner >= end || isComment(text, inner)) return end + 1;
    const nests = text[inner] === '-' && (inner + 1 >= end || blank(text[inner + 1]));
    const indentOfInner = indent + (inner - at);
    if ((nests || keyAt(text, inner, end) !== undefined) && frames.length < maxDepth) {
      return content(inner, indentOfInner, end);
    }
    return valueOf(entry, inner, end, indent);
  };

  /** A line without a key: the value of the field above it, its continuation, or a key half written. */
  const bare = (at: number, indent: number, end: number): number => {
    if (frames.length === 0 && (text[at] === '{' || text[at] === '[') && root.entries.length === 0) {
      const flow = scanFlow(text, at, -1);
      root = flow.group;
      return after(flow);
    }
    const above = lastEntry(indent);
    if (above?.value?.type === 'scalar' && above.value.quote === '') {
      above.value.span = [above.value.span[0], plainEnd(text, at, end, 'block')];
      return end + 1;
    }
    const collection = text[at] === '{' || text[at] === '[';
    if (collection && above !== undefined && above.value === undefined) {
      return valueOf(above, at, end, indent - 1);
    }
    const holder = groupFor(indent, 'group');
    const entry: Entry = { key: undefined, value: undefined, start: at };
    holder.entries.push(entry);
    return valueOf(entry, at, end, indent);
  };

  /** The value that starts at `at` or, after blanks, on the same line. */
  const valueOf = (entry: Entry, at: number, end: number, indent: number): number => {
    let start = at;
    while (start < end && blank(text[start])) start++;
    if (start >= end || isComment(text, start)) return end + 1;
    const first = text[start];
    if (first === '{' || first === '[') {
      const flow = scanFlow(text, start, indent);
      entry.value = flow.group;
      return after(flow);
    }
    if (first === '"' || first === "'") {
      const close = quotedEnd(text, start, indent);
      entry.value = scalar(text, [start, close], first);
      return lineEnd(text, close) + 1;
    }
    if ((first === '|' || first === '>') && /^[|>][-+\d]*\s*(#.*)?$/.test(text.slice(start, end))) {
      const close = blockEnd(text, end + 1, indent);
      entry.value = { type: 'scalar', span: [start, close], text: '', quote: first };
      return close + 1;
    }
    entry.value = scalar(text, [start, plainEnd(text, start, end, 'block')], '');
    return end + 1;
  };

  const after = (flow: FlowScan): number => (flow.closed ? lineEnd(text, flow.end) + 1 : flow.end);

  /** The entry above, one level up, that a line at this indentation belongs to. */
  const lastEntry = (indent: number): Entry | undefined => {
    const frame = frames.findLast((frame) => frame.indent < indent);
    return frame?.group.entries.at(-1);
  };

  const groupFor = (indent: number, type: Group['type']): Group => {
    frames = frames.filter((frame, i) => frame.indent <= indent || i === 0);
    // A list may stand at the indentation of its key, and ends where the next key stands there.
    const list = frames.at(-1);
    if (type === 'group' && frames.length > 1 && list?.group.type === 'list' && list.indent === indent) {
      frames.pop();
    }
    const frame = frames.at(-1);
    if (frame === undefined) {
      frames.push({ indent, group: root });
      return type === 'group' ? root : child(root, indent, type);
    }
    if (frame.indent >= indent && frame.group.type === type) return frame.group;
    return child(frame.group, indent, type);
  };

  /** The group below the last entry of `above`. Lines that can belong to none go to one that nobody sees. */
  const child = (above: Group, indent: number, type: Group['type']): Group => {
    const parent = above.entries.at(-1);
    const inner = group(type, 'block', [0, 0]);
    if (parent !== undefined && parent.value === undefined) parent.value = inner;
    if (frames.length < maxDepth) frames.push({ indent, group: inner });
    return inner;
  };

  return Object.assign(line, { root: () => root });
}

/** `---`, `...` and directives. */
function isMarker(text: string, start: number): boolean {
  const head = text.slice(start, start + 3);
  return head === '---' || head === '...' || head.startsWith('%');
}

/** The end of a block scalar: of the last line that is indented further than its key. */
function blockEnd(text: string, start: number, indent: number): number {
  let at = start;
  let last = Math.max(0, start - 1);
  while (at < text.length) {
    const end = lineEnd(text, at);
    const inner = indentAt(text, at);
    const empty = text.slice(at, end).trim() === '';
    if (!empty && inner <= indent) return last;
    if (!empty) last = end;
    at = end + 1;
  }
  return Math.min(Math.max(last, 0), text.length);
}
