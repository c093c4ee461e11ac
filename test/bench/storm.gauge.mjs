// Loaded into a process before its program: writes down each second what that has cost, into the file of its query.
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setInterval } from 'node:timers';

const file = new URL(import.meta.url).searchParams.get('file');
/** The delay counts from tick to tick of this timer. */
const resolution = 10;
const delay = monitorEventLoopDelay({ resolution });
delay.enable();
const late = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - resolution);

setInterval(() => {
  const { user, system } = process.cpuUsage();
  const told = {
    cpuMs: (user + system) / 1_000,
    lateMs: late(delay.percentile(99)),
    latestMs: late(delay.max),
    megabytes: process.memoryUsage().rss / 1e6,
  };
  // Whoever reads meanwhile, or after a kill, finds one or the other, and never half of it.
  writeFileSync(`${file}.new`, JSON.stringify(told));
  renameSync(`${file}.new`, file);
}, 1_000).unref();
