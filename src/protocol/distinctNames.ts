/** Something that is called by a name, and its file. */
interface Named {
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
}

/**
 * Names that tell files apart: `mt/test` and `wo/test` where both are called `test`; where folders are of one name, too, by the file's
 * own name, and at last by a number. @param taken names that mean something else
 */
export function distinctNames(all: readonly Named[], taken: readonly string[] = []): string[] {
  const names = all.map(({ name }) => name);
  for (const spell of spellings) {
    const again = all.filter((_, i) => isTwice(names, names[i]) || taken.includes(names[i]));
    if (again.length === 0) return names;
    const spelt = new Map(again.map((one) => [one, spell(one)]));
    for (const [i, one] of all.entries()) {
      const other = spelt.get(one);
      // Only what tells it from every other one.
      if (other !== undefined && [...spelt.values()].filter((text) => text === other).length === 1)
        names[i] = other;
    }
  }
  return names.map((name, i) => {
    const before = names.slice(0, i).filter((one) => one === name).length;
    return before === 0 && !taken.includes(name) ? name : `${name} (${before + 1})`;
  });
}

const spellings: readonly ((one: Named) => string)[] = [
  ({ name, file }) => `${part(file, -2)}/${name}`,
  ({ name, file }) => `${part(file, -3)}/${name}`,
  ({ name, file }) => `${name}/${part(file, -1)}`,
];

function part(file: string, at: number): string {
  return file.split(/[/\\]/).at(at) ?? '';
}

function isTwice(names: readonly string[], name: string): boolean {
  return names.indexOf(name) !== names.lastIndexOf(name);
}
