/** The next power of ten, at which a logarithmic axis ends. */
export function powerOfTen(value: number): number {
  return 10 ** Math.max(1, Math.ceil(Math.log10(Math.max(1, value)) - 1e-9));
}

/** Powers of ten between two powers of two, about four of them; all are given by their exponents of two. */
export function decades(from: number, to: number): number[] {
  const perDecade = Math.log2(10);
  const low = Math.ceil(from / perDecade);
  const high = Math.floor(to / perDecade);
  const step = Math.max(1, Math.ceil((high - low) / 5));
  const ticks: number[] = [];
  for (let power = low; power <= high; power += step) ticks.push(power * perDecade);
  return ticks;
}
