import type { Container, Cost, Weighed } from './container.ts';

/**
 * `image 350 → 150 MB · starts in 4.1 → 1.3 s · 2 GiB → 512 MiB memory · about $650 → $205 a month`: what is the same
 * before and after stands there once. All of it is ours: nothing of it comes from outside.
 */
export function containerText({ before, after, cost }: Weighed): string {
  const change = (text: (container: Container) => string | undefined) =>
    arrow(before === undefined ? undefined : text(before), text(after));
  return [
    change(imageText),
    change(startText),
    change(({ memory }) => memoryText(memory)),
    change(({ cpu }) => `${cpu / 1_000} CPU`),
    change(instancesText),
    ...(cost === undefined ? [] : [costText(cost)]),
  ]
    .filter((part) => part !== undefined)
    .join(' · ');
}

/** What the estimate was computed from, in one sentence; undefined where there is none. */
export function costBasis({ after, cost }: Weighed): string | undefined {
  if (cost === undefined) return undefined;
  const { usage, region, pricesOf, old } = cost;
  const from =
    usage === undefined
      ? `only what is always on is counted (${always(after)}): its use was not measured`
      : `its use of the last ${daysText(usage.days)} is taken for every month (${count(usage.instanceSeconds)} seconds of instances, ${count(usage.requests)} requests)`;
  const stale = old ? '; these prices are older than 180 days' : '';
  return `List prices of ${pricesOf} in ${region}, billed by ${after.billing}; ${from}; without free tier, network and discounts${stale}.`;
}

function always({ minInstances }: Container): string {
  return minInstances === 1 ? '1 instance' : `${minInstances} instances`;
}

/** Decimal, as registries and `docker images` have it. */
function imageText({ imageBytes }: Container): string | undefined {
  if (imageBytes === undefined) return undefined;
  const mega = imageBytes / 1e6;
  return `image ${mega < 10 ? mega.toFixed(1) : mega.toFixed(0)} MB`;
}

function startText({ start }: Container): string | undefined {
  if (start === undefined) return undefined;
  const seconds = `${(start.ms / 1_000).toFixed(1)} s`;
  return start.of === 'healthy' ? `starts in ${seconds}` : `ready in ${seconds} with the fetch of its image`;
}

function memoryText(mebibytes: number): string {
  return mebibytes % 1_024 === 0 ? `${mebibytes / 1_024} GiB` : `${mebibytes} MiB`;
}

function instancesText({ minInstances, maxInstances, billing }: Container): string {
  const most = maxInstances === undefined ? '' : ` to ${maxInstances}`;
  return `${minInstances}${most} instances, billed by ${billing}`;
}

function costText({ before, after, usage }: Cost): string {
  const about = usage === undefined ? 'at least' : 'about';
  return `${about} ${arrow(before === undefined ? undefined : money(before), money(after)) ?? ''} a month`;
}

function money(dollars: number): string {
  return dollars < 10 ? `$${dollars.toFixed(2)}` : `$${Math.round(dollars).toLocaleString('en')}`;
}

/** `starts in 4.1 s` and `starts in 1.3 s` make `starts in 4.1 → 1.3 s`: words that both begin or end with stand once. */
function arrow(before: string | undefined, after: string | undefined): string | undefined {
  if (after === undefined || before === undefined || before === after) return after;
  const [was, is] = [before.split(' '), after.split(' ')];
  const most = Math.min(was.length, is.length) - 1;
  const same = (at: (words: readonly string[], index: number) => string | undefined, limit: number) => {
    let words = 0;
    while (words < limit && at(was, words) === at(is, words)) words += 1;
    return words;
  };
  const first = same((words, index) => words[index], most);
  const last = same((words, index) => words.at(-1 - index), most - first);
  const middle = (words: readonly string[]) => words.slice(first, words.length - last).join(' ');
  return [...is.slice(0, first), middle(was), '→', middle(is), ...is.slice(is.length - last)].join(' ');
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function daysText(days: number): string {
  const whole = Math.round(days);
  return whole === 1 ? 'day' : `${whole} days`;
}
