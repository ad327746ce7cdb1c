/** How people write metrics, where that is not how recipes do. */
const names: Readonly<Record<string, string>> = {
  f1: 'F1',
  f1Strict: 'strict F1',
  macroF1: 'macro F1',
  las: 'LAS',
  uas: 'UAS',
  lasReference: 'LAS (reference)',
  uasReference: 'UAS (reference)',
  exactMatch: 'exact match',
};

/** A metric as people write it; that of one source, `f1 en`, keeps the source's name. */
export function metricName(metric: string): string {
  const [name] = metric.split(' ', 1);
  return `${Object.hasOwn(names, name) ? names[name] : name}${metric.slice(name.length)}`;
}

/** Metrics, each once: where there are no spans, `f1` is the macro F1 under the name that every task has. */
export function distinctMetrics(metrics: Readonly<Record<string, number>>): [string, number][] {
  const isTwin = metrics.f1 === metrics.macroF1;
  return Object.entries(metrics).filter(([name]) => name !== 'f1' || !isTwin);
}
