type Json = Readonly<Record<string, unknown>>;

/** Fields of package.json that are for building alone. */
const forBuilding = new Set([
  'private',
  'scripts',
  'dependencies',
  'devDependencies',
  'overrides',
  'allowScripts',
]);

/** The extension's package.json as it is shipped: bundles have no dependencies, and there is nothing to run. */
export function extensionManifest(manifest: Json): Json {
  return Object.fromEntries(Object.entries(manifest).filter(([field]) => !forBuilding.has(field)));
}

/** package.json of an engine's package: what Node reads to find and load it. */
export function engineManifest(manifest: Json): Json {
  const fields = ['name', 'version', 'license', 'type', 'main', 'exports'];
  return Object.fromEntries(Object.entries(manifest).filter(([field]) => fields.includes(field)));
}
