import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/**
 * Collects garbage now. V8 does not see how much memory outside its heap hangs on a few dead objects: after a full phase that is
 * the moments of every parameter, which would otherwise still be there when the sparse phase takes its own.
 */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  // Memory of dead arrays is given back beside the program; a second collection waits for that.
  collect();
  collect();
}
