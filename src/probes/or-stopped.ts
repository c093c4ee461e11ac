/** What `work` gives, or the signal's reason when that comes first. */
export async function orStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // Nobody hears of its fault once it is not waited for.
  work.catch(() => undefined);
  signal.throwIfAborted();
  let stop: () => void = () => undefined;
  const stopped = new Promise<'stopped'>((resolve) => {
    stop = () => {
      resolve('stopped');
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    await Promise.race([work, stopped]);
    signal.throwIfAborted();
    return await work;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
