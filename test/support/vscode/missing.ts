/** Something that tests in a window need and that this machine cannot have: they are skipped, for this reason. */
export class Missing extends Error {
  override readonly name = 'Missing';
}
