/** Who and where, by which a text could be traced to a person. */
export interface Personal {
  readonly user: string;
  readonly host: string;
  /** Paths that are known: the home folder, those of the workspace. They may hold blanks. */
  readonly folders: readonly string[];
}

/** A text without paths, user and host names: for reports that everybody can read. */
export function withoutPaths(text: string, { user, host, folders }: Personal): string {
  const known = [...folders, host, user].filter((name) => name.length > 1);
  const longestFirst = known.toSorted((a, b) => b.length - a.length);
  return longestFirst
    .reduce((rest, name) => rest.replaceAll(name, '…'), text)
    .replaceAll(quotedPath, '$1…$1')
    .replaceAll(path, '…')
    .replaceAll(/…(?:…|[\w.-])*/g, '…');
}

/** What is in quotes and holds a separator may hold blanks. */
const quotedPath = /(["'`])(?:(?!\1)[^\n])*[\\/](?:(?!\1)[^\n])*\1/g;
/** Whatever has a separator in it. */
const path = /[^\s"'`<>|]*[\\/][^\s"'`<>|]*/g;
