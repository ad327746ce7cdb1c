const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Finds the lines of a file whose bytes come in parts: they end with LF, CRLF or CR. */
export interface LineEnds {
  /** Takes the next bytes, which stand at `position` of the file. */
  take(bytes: Uint8Array, position: number): void;
  /** Says that the file is over: a CR at its end needed to wait for that. */
  finish(position: number): void;
}

/**
 * In UTF-8 no byte of a longer character looks like a line end, so bytes are enough.
 * @param ended called with the position behind each line end: there the next line starts, if anything follows
 */
export function lineEnds(ended: (position: number) => void): LineEnds {
  let afterReturn = false;
  return {
    take(bytes, position) {
      let i = 0;
      if (afterReturn && bytes.length > 0) {
        i = Number(bytes[0] === LINE_FEED);
        afterReturn = false;
        ended(position + i);
      }
      if (!bytes.includes(CARRIAGE_RETURN)) {
        for (let at = bytes.indexOf(LINE_FEED, i); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1))
          ended(position + at + 1);
        return;
      }
      for (; i < bytes.length; i++) {
        const byte = bytes[i];
        if (byte > CARRIAGE_RETURN) continue;
        if (byte === LINE_FEED) ended(position + i + 1);
        else if (byte === CARRIAGE_RETURN) {
          if (i + 1 === bytes.length) afterReturn = true;
          else {
            if (bytes[i + 1] === LINE_FEED) i++;
            ended(position + i + 1);
          }
        }
      }
    },
    finish(position) {
      if (afterReturn) ended(position);
      afterReturn = false;
    },
  };
}

/** The bytes of a line without what ends it. */
export function withoutEnd(line: Uint8Array): Uint8Array {
  const end = line.length - Number(line.at(-1) === LINE_FEED);
  return line.subarray(0, end - Number(line[end - 1] === CARRIAGE_RETURN));
}
