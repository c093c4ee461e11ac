export type Random = () => number;

/** mulberry32: small, even enough for traffic splits, and the same on every machine for one seed. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// Cloud Run's generated suffixes are three letters and digits; vowels are left out so that no words appear.
const ALPHABET = 'bcdfghjklmnpqrstvwxz23456789';

export const suffix = (random: Random): string =>
  Array.from({ length: 3 }, () => ALPHABET.charAt(Math.floor(random() * ALPHABET.length))).join('');
