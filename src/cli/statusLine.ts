import { clearLine, cursorTo } from 'node:readline';

/** One line on a terminal that says what is being done, drawn anew at most ten times a second; nothing elsewhere. */
export interface StatusLine {
  show(text: string): void;
  clear(): void;
}

export function statusLine(stream: NodeJS.WriteStream = process.stderr): StatusLine {
  let drawn = -Infinity;
  const clear = () => {
    if (!stream.isTTY || drawn === -Infinity) return;
    cursorTo(stream, 0);
    clearLine(stream, 0);
  };
  return {
    show(text) {
      if (!stream.isTTY || performance.now() - drawn < 100) return;
      clear();
      drawn = performance.now();
      // Some terminals say that they have no columns.
      stream.write(text.slice(0, Math.max(20, (stream.columns || 80) - 1)));
    },
    clear,
  };
}
