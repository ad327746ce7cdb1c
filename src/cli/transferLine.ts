import { bytesText } from '../protocol/bytesText.ts';
import { inform } from './output.ts';
import { statusLine } from './statusLine.ts';

/** Shows how much of something has come: a line that is drawn anew, or where there is no terminal one line every 5 %. */
export interface TransferLine {
  show(name: string, done: number, total: number): void;
  clear(): void;
}

export function transferLine(stream: NodeJS.WriteStream = process.stderr): TransferLine {
  const line = statusLine(stream);
  let told = -1;
  return {
    show(name, done, total) {
      const share = total === 0 ? 1 : done / total;
      const text = `${Math.floor(100 * share)} % of ${bytesText(total)}: ${name}`;
      if (stream.isTTY) line.show(text);
      else if (Math.floor(20 * share) > told) {
        told = Math.floor(20 * share);
        inform(text);
      }
    },
    clear: () => line.clear(),
  };
}
