/** US dollars. */
interface Rates {
  /** For a second of one vCPU. */
  readonly cpu: number;
  /** For a second of one GiB. */
  readonly memory: number;
}

export interface Tier {
  /** Request-based billing: while an instance starts, serves or ends. */
  readonly active: Rates;
  /** Request-based billing: an instance that is kept as a minimum and does nothing. */
  readonly idle: Rates;
  /** Instance-based billing: as long as the instance lives. */
  readonly instance: Rates;
  /** For one request; request-based billing only. */
  readonly request: number;
}

/**
 * List prices of Cloud Run services, from https://cloud.google.com/run/pricing.
 *
 * The page itself could be read in part only, so each number was confirmed by what others copied from it by that day:
 * tier 1 whole, of 2026-04-16 and before; tier 2 `active` by a billing export of 2026-08-11, `instance` by a table for
 * Seoul. Not confirmed: `idle` of tier 2 (taken to be its price of memory, as it is in tier 1).
 *
 * Not in here, and so in no estimate: the free tier (request-based 180,000 vCPU-seconds, 360,000 GiB-seconds and two
 * million requests a month; instance-based 240,000 and 450,000), which is shared by all projects of a billing account;
 * discounts for commitments; network; GPUs.
 */
export const prices = {
  day: '2026-08-11',
  tiers: {
    1: {
      active: { cpu: 0.000_024, memory: 0.000_002_5 },
      idle: { cpu: 0.000_002_5, memory: 0.000_002_5 },
      instance: { cpu: 0.000_018, memory: 0.000_002 },
      request: 0.000_000_4,
    },
    2: {
      active: { cpu: 0.000_033_6, memory: 0.000_003_5 },
      idle: { cpu: 0.000_003_5, memory: 0.000_003_5 },
      instance: { cpu: 0.000_021_6, memory: 0.000_002_4 },
      request: 0.000_000_4,
    },
  },
  /** https://cloud.google.com/run/docs/locations. asia-south1 is left out: sources differ on its tier. */
  regions: {
    1: [
      'asia-east1',
      'asia-northeast1',
      'asia-northeast2',
      'europe-north1',
      'europe-southwest1',
      'europe-west1',
      'europe-west4',
      'europe-west8',
      'europe-west9',
      'me-west1',
      'us-central1',
      'us-east1',
      'us-east4',
      'us-east5',
      'us-south1',
      'us-west1',
    ],
    2: [
      'africa-south1',
      'asia-east2',
      'asia-northeast3',
      'asia-southeast1',
      'asia-southeast2',
      'asia-south2',
      'australia-southeast1',
      'australia-southeast2',
      'europe-central2',
      'europe-west2',
      'europe-west3',
      'europe-west6',
      'europe-west10',
      'europe-west12',
      'me-central1',
      'me-central2',
      'northamerica-northeast1',
      'northamerica-northeast2',
      'southamerica-east1',
      'southamerica-west1',
      'us-west2',
      'us-west3',
      'us-west4',
    ],
  },
} as const satisfies {
  readonly day: string;
  readonly tiers: Readonly<Record<1 | 2, Tier>>;
  readonly regions: Readonly<Record<1 | 2, readonly string[]>>;
};

/** @returns undefined for a region whose prices are not known here */
export function tierOf(region: string): Tier | undefined {
  const isIn = (regions: readonly string[]) => regions.includes(region);
  if (isIn(prices.regions[1])) return prices.tiers[1];
  return isIn(prices.regions[2]) ? prices.tiers[2] : undefined;
}
