// Stands in for @vscode/native-watchdog, a native module: an extension host ends when its server has ended.
exports.start = (parent) => {
  setInterval(() => {
    try {
      process.kill(parent, 0);
    } catch {
      process.exit(87);
    }
  }, 500).unref();
};
