/** A share as people read it: `4.3 %`; more digits where there would be none. */
export function shareText(share: number): string {
  const percent = 100 * share;
  if (percent === 0) return '0 %';
  return `${percent >= 0.1 ? percent.toFixed(1) : Number(percent.toPrecision(2))} %`;
}

/** `14,155,776`. */
export function countText(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** How large a model is: `278M`, `1.2B`, `800k`. */
export function parametersText(parameters: number): string {
  if (parameters >= 999.5e6) return `${(parameters / 1e9).toFixed(1)}B`;
  if (parameters >= 999.5e3) return `${Math.round(parameters / 1e6)}M`;
  if (parameters >= 1000) return `${Math.round(parameters / 1e3)}k`;
  return String(parameters);
}

/** Says a time, in milliseconds since 1970, as a clock shows it; with the day where it is not today's. */
export type Clock = (time: number) => string;

/** `now` tells the time; `zone` is for tests. */
export function newClock(locale: string, now: () => number, zone?: string): Clock {
  const options = zone === undefined ? {} : { timeZone: zone };
  const day = new Intl.DateTimeFormat(locale, { ...options, dateStyle: 'short' });
  const hours = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...options } as const;
  const today = new Intl.DateTimeFormat(locale, hours);
  const week = new Intl.DateTimeFormat(locale, { ...hours, weekday: 'short' });
  const later = new Intl.DateTimeFormat(locale, { ...hours, day: 'numeric', month: 'short' });
  const sixDays = 6 * 24 * 3600 * 1000;
  return (time) => {
    if (day.format(time) === day.format(now())) return today.format(time);
    return (Math.abs(time - now()) < sixDays ? week : later).format(time);
  };
}
