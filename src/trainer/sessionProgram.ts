// Entry of the session's process. Its code is in the command line's bundle, which shares nearly all of it: two bundles of it would
// be a sixth of a package's scripts.
process.argv.splice(2, 0, 'session');
await import(new URL('cli.js', import.meta.url).href);
