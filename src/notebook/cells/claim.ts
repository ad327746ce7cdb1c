/** A figure that a claim names. */
export interface ClaimSide {
  readonly system: string;
  /** undefined: the mean over languages, or every file. */
  readonly on: string | undefined;
}

/** A claim as it is written: `composed on mt > taskOnly by 2 points significantly`. */
export interface Claim {
  readonly left: ClaimSide;
  readonly sign: '>' | '<' | '>=' | '<=';
  /** A figure, or a number as it is. */
  readonly right: ClaimSide | number;
  /** How far apart they must be at the least: a number as it is (0.02 for 2 points). */
  readonly by: number;
  readonly significantly: boolean;
}

const number = String.raw`\d+(?:\.\d+)?`;
const bySome = new RegExp(String.raw`\s+by\s+(${number})\s*(points?|%)?$`);
const value = new RegExp(`^(-?${number})\\s*(%)?$`);

/** undefined where it cannot be understood. */
export function parseClaim(text: string): Claim | undefined {
  const [, before, sign, after] = /^([^<>]+)(>=|<=|>|<)([^<>=]+)$/.exec(text.trim()) ?? [];
  if (before === undefined) return undefined;
  let rest = after.trim();
  const significantly = /\ssignificantly$/.test(rest);
  rest = rest.replace(/\ssignificantly$/, '').trim();
  const [distance, amount, unit] = bySome.exec(rest) ?? [];
  if (distance !== undefined) rest = rest.slice(0, -distance.length).trim();
  const by = amount === undefined ? 0 : Number(amount) / (unit === undefined ? 1 : 100);
  const left = sideOf(before);
  const [, plain, percent] = value.exec(rest) ?? [];
  const right = plain === undefined ? sideOf(rest) : Number(plain) / (percent === undefined ? 1 : 100);
  if (left === undefined || right === undefined) return undefined;
  if (typeof right === 'number' && significantly) return undefined;
  return { left, sign: signs[sign], right, by, significantly };
}

const signs: Readonly<Record<string, Claim['sign']>> = { '>': '>', '<': '<', '>=': '>=', '<=': '<=' };

function sideOf(text: string): ClaimSide | undefined {
  const [, system, on] = /^(.+?)(?:\s+on\s+(.+))?$/.exec(text.trim()) ?? [];
  return system === undefined ? undefined : { system, on };
}
