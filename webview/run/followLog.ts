/** So often a log in sight is read again, in milliseconds: its file, not the run, is asked. */
const logPause = 2000;

/** Gives what is to be called when a run has told something: asks for its log a while later, where it is in sight then. */
export function newFollowLog(isInSight: () => boolean, ask: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue || !isInSight()) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      if (isInSight()) ask();
    }, logPause);
  };
}
