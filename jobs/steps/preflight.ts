import { finished, type Step } from '../step.ts';

/** Records who serves now, which is where a rollback leads. Twice is safe: it only reads. */
export const preflight: Step<'preflight'> = async ({ cloud, target, signal }) => {
  const service = await cloud.run.service(target, signal);
  if (service === undefined) return finished({ exists: false, split: [] });
  return finished({
    exists: true,
    url: service.url,
    split: service.serving,
    ...(service.image === undefined ? {} : { image: service.image }),
  });
};
