const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** 3.2 GB, 512 MB, 0 B: decimal units, as disks are sold and the documentation counts. */
export function bytesText(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  // What would round to 1000 belongs to the next unit.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit >= 3 || (unit > 0 && value < 9.95) ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
