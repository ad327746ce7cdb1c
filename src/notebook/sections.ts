/**
 * The outer form of a notebook's file: sections, each headed by a line `%% WORDS` and followed by its text and a blank line. A line
 * of text that begins as such a heading does has a backslash before it.
 */
export interface Section {
  /** Without the `%% `. */
  readonly heading: string;
  readonly text: string;
  /** Line of its heading, from 1. */
  readonly line: number;
}

const mark = '%%';

/** Sections of lines; what stands before the first heading has the heading ''. */
export function readSections(lines: readonly string[]): Section[] {
  const starts = lines.flatMap((line, i) => (line.startsWith(mark) ? [i] : []));
  const before = lines.slice(0, starts[0] ?? lines.length);
  const sections = starts.map((start, s) => ({
    heading: lines[start].slice(mark.length).trim(),
    text: textOf(lines.slice(start + 1, starts[s + 1] ?? lines.length)),
    line: start + 1,
  }));
  return before.every((line) => line.trim() === '')
    ? sections
    : [{ heading: '', text: textOf(before), line: 1 }, ...sections];
}

/** A section as lines of a file. */
export function writeSection(heading: string, text: string): string {
  const lines = plainLines(text).split('\n').map(guarded);
  return `${mark} ${heading}\n${lines.join('\n')}\n\n`;
}

/** The same text with line feeds alone. */
export function plainLines(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n');
}

function textOf(lines: readonly string[]): string {
  const whole = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  return whole.map(unguarded).join('\n');
}

function guarded(line: string): string {
  return /^\\*%%/.test(line) ? `\\${line}` : line;
}

function unguarded(line: string): string {
  return /^\\+%%/.test(line) ? line.slice(1) : line;
}
