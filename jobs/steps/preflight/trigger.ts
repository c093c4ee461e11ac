import { type PreflightCheck, together } from './check.ts';

/** Rounds that new builds begin: the triggers are where their builds will be looked for. */
export const triggers: PreflightCheck = {
  what: 'build triggers',
  look: async ({ operation, targets, cloud, signal }) => {
    if (operation.request.rounds?.watch !== true) return { ready: [] };
    const looks = targets.map(async (target) => {
      const { trigger } = target.build;
      if (trigger === undefined) return {};
      const problem = await cloud.triggers.problem({ ...target, trigger }, signal);
      if (problem === undefined) return { ready: [`trigger ${trigger}`] };
      const { service, region } = target;
      const advice = `Mend build.trigger of ${service} in slipway.yaml: the name or the id of a trigger in ${region}. Or start the rounds without watch.`;
      const prevents = `Begin a round when ${service} is built`;
      return { blockers: [{ what: `trigger ${trigger}`, evidence: [problem], prevents, advice }] };
    });
    return together(await Promise.all(looks));
  },
};
