import { infrastructureReasons } from './reasons/infrastructure.ts';
import { suiteReasons } from './reasons/suites.ts';

/**
 * Every reason slipway gives for a refusal or a failure, in one place.
 *
 * The code is stable: people search for it, dashboards count it, docs/reasons.md explains it
 * (a test keeps that page equal to this registry). `meaning` says what it means for users of the
 * service, `next` what a person should do.
 */
export const reasons = {
  USAGE: {
    meaning: 'The command could not be read. Nothing was started.',
    next: 'Type it as in the example.',
  },
  UNKNOWN_SERVICE: {
    meaning: 'No service of that name is configured. Nothing was started.',
    next: 'Use one of the names listed, or add the service to slipway.yaml.',
  },
  UNKNOWN_ENVIRONMENT: {
    meaning: 'No environment of that name is configured. Nothing was started.',
    next: 'Use one of the names listed, or add the environment to slipway.yaml.',
  },
  UNKNOWN_SUITE: {
    meaning: 'No test suite of that name is configured. Nothing was started.',
    next: 'Use one of the names listed, or add the suite to slipway.yaml.',
  },
  UNKNOWN_OPTION: {
    meaning: 'The command has an option slipway does not know. Nothing was started.',
    next: 'Leave it out, or type `/deploy help`.',
  },
  BAD_REF: {
    meaning: 'The ref is not a name git accepts. Nothing was started.',
    next: 'Give a branch, a tag or a commit.',
  },
  LEDGER_UNAVAILABLE: {
    meaning:
      'slipway cannot reach its Redis, so it cannot promise anything. As far as it knows, nothing was started or changed.',
    next: 'Try again in a minute. If it stays, look at the Redis of slipway.',
  },
  NOT_FOUND: {
    meaning: 'The button belongs to an operation that slipway no longer knows. Nothing was changed.',
    next: 'Start the operation again.',
  },
  APPROVAL_OVER: {
    meaning: 'This approval has already been decided. Nothing was changed.',
    next: 'Read the thread for the outcome.',
  },
  APPROVAL_EXPIRED: {
    meaning: 'Nobody approved in time, so nothing was deployed and no traffic moved.',
    next: 'Start the deploy again when an approver is there.',
  },
  APPROVAL_OUTDATED: {
    meaning: 'What would be deployed has changed since this button was shown. Your click approved nothing.',
    next: 'Read the thread and approve what it shows now.',
  },
  APPROVAL_SELF: {
    meaning: 'Nobody approves their own deploy in this environment. Nothing was changed.',
    next: 'Ask another approver.',
  },
  NOT_AN_APPROVER: {
    meaning: 'You are not among the approvers of this environment. Nothing was changed.',
    next: 'Ask one of the approvers named in the thread.',
  },
  APPROVERS_UNKNOWN: {
    meaning: 'Slack did not say who belongs to the approving group, so the click could not be checked.',
    next: 'Click again in a minute.',
  },
  SERVICE_NOT_FOUND: {
    meaning: 'Cloud Run has no such service, so there is nothing to validate.',
    next: 'Deploy the service first, or mend its name in slipway.yaml.',
  },
  REJECTED: {
    meaning: 'An approver said no. Nothing was deployed and no traffic moved.',
    next: 'Talk to the person who rejected it, then start it again.',
  },
  CANCELLED: {
    meaning: 'Somebody cancelled the operation, and slipway undid what it had done.',
    next: 'Nothing to do. The report says who serves now.',
  },
  OTHER_SERVICE_FAILED: {
    meaning: 'Another service of the same operation failed, so this one was stopped and put back too.',
    next: 'Look at the service that failed, mend the cause and deploy them again.',
  },
  CONTROL_OVER: {
    meaning: 'The operation is no longer in the state this was meant for. Nothing was changed.',
    next: 'Read the thread: its buttons are those that act now.',
  },
  ROUNDS_RUNNING: {
    meaning: 'Rounds of one of these services are under way there. Nothing was started.',
    next: 'Go on in their thread, or end them with `/rounds stop`.',
  },
  NO_ROUNDS: {
    meaning: 'There are no such rounds, so there was nothing to do.',
    next: 'Begin some with `/rounds start`.',
  },
  NO_TRIGGER: {
    meaning: 'Only builds of a trigger that is named can begin a round, and none is. Nothing was started.',
    next: 'Name it as `build.trigger` of the service in slipway.yaml, or leave out `watch`.',
  },
  ALERT_OVER: {
    meaning: 'The alert is no longer in the state this was meant for. Nothing was changed.',
    next: 'Read its thread: the buttons at the top are those that act now.',
  },
  RULE_REMOVED: {
    meaning:
      'The rule of the alert, or what it watched, is in the configuration no more: nobody looks whether it goes on.',
    next: 'Nothing to do if that was meant. Else put the rule back: it fires again when it is still bad.',
  },
  NOT_ALLOWED: {
    meaning: 'Your role in this environment does not cover this. Nothing was changed.',
    next: 'Ask somebody who is named.',
  },
  ROLE_UNKNOWN: {
    meaning: 'Slack did not say who belongs to the group that may do this. Nothing was started or changed.',
    next: 'Try again in a minute.',
  },
  LOCKED: {
    meaning: 'Somebody has locked the environment: nothing is deployed there until the lock ends.',
    next: 'Talk to the person who locked it, or wait.',
  },
  NOT_LOCKED: {
    meaning: 'There is no such lock, so there was nothing to unlock.',
    next: 'Nothing to do.',
  },
  FROZEN: {
    meaning: 'The configuration names this as a time in which nothing is deployed there.',
    next: 'Wait, or ask for an emergency bypass with a reason and a second person.',
  },
  QUARANTINED: {
    meaning: 'This image was rolled back before, so users do not get it again.',
    next: 'Deploy a version in which the cause is mended, or lift the quarantine with a reason.',
  },
  NOT_QUARANTINED: {
    meaning: 'There is no such image in quarantine, or more than one begins like this. Nothing was changed.',
    next: 'Give a digest that is listed, with more of its digits.',
  },
  NOT_PROVED_BEFORE: {
    meaning: 'This environment takes only what the one before it has proved.',
    next: 'Deploy it to the environment before, then here.',
  },
  TRIGGER_FIRED: {
    meaning: 'While users were moved, a rule that guards them fired, so they were taken back.',
    next: 'Look at what was measured, mend the cause and deploy again.',
  },
  DRIFT_ADOPTED: {
    meaning: 'Somebody else changed the service while this deploy ran, and a person kept that change.',
    next: 'Look at who serves now, and deploy again when it is time.',
  },
  REVISION_GONE: {
    meaning: 'There is no such revision to go back to. No traffic moved.',
    next: 'Choose one of the revisions listed.',
  },
  CONFIG_CHANGED: {
    meaning: 'The configuration changed while the operation was under way, so slipway stopped.',
    next: 'Read in the thread what was done until then, and start it again.',
  },
  PERMISSION_DENIED: {
    meaning: 'Google Cloud refused the call, so the step could not be done.',
    next: 'Grant the role named in docs/security.md to the account slipway runs as, then start it again.',
  },
  CLOUD_UNAVAILABLE: {
    meaning: 'Google Cloud did not answer for as long as slipway was willing to wait.',
    next: 'Look at the status page of Google Cloud, then start it again.',
  },
  CLOUD_REFUSED: {
    meaning: 'Google Cloud did not accept the request.',
    next: 'Read its message, mend the configuration, then start it again.',
  },
  BLOCKED: {
    meaning: 'Something outside of slipway stands in the way. It was found before anything was changed.',
    next: 'Do what is named, in that order, then press Retry: it takes over what is done and looks again.',
  },
  BUILD_FAILED: {
    meaning: 'There is no image, so nothing was deployed and users notice nothing.',
    next: 'Mend the failing step and deploy again.',
  },
  CANDIDATE_NOT_READY: {
    meaning: 'The new revision never became ready, so it was not released to users.',
    next: 'Mend the cause below and deploy again.',
  },
  CANDIDATE_UNHEALTHY: {
    meaning: 'The new revision starts but does not answer as it should, so it was not released to users.',
    next: 'Look at the checks below, mend the cause and deploy again.',
  },
  CANDIDATE_NOT_PROVED: {
    meaning:
      'slipway could not measure the new revision, so nothing is known against it, and it was not released to users.',
    next: 'Mend what kept slipway from measuring, then start it again.',
  },
  TRAFFIC_NOT_MOVED: {
    meaning: 'Cloud Run did not take the new traffic split.',
    next: 'Read its message. The report at the end of the thread says who serves now.',
  },
  UNHEALTHY_AFTER_SHIFT: {
    meaning: 'The service did not answer as it should once the new revision had its traffic.',
    next: 'Look at the checks, mend the cause and deploy again.',
  },
  ...suiteReasons,
  ...infrastructureReasons,
  ISSUE_NOT_TOLD: {
    meaning: 'GitHub did not take the comment on the issue. The operation itself ended as its report says.',
    next: 'Read what GitHub answered, mend the token or the number, and tell the issue by hand.',
  },
  STEP_CRASHED: {
    meaning: 'The worker died again and again in this step, so slipway stopped trying.',
    next: 'Look at the log of the worker, then start it again.',
  },
  INTERNAL: {
    meaning: 'slipway itself failed in this step; this is a bug.',
    next: 'Report it with the evidence below, then start it again.',
  },
} as const satisfies Record<string, { meaning: string; next: string }>;

export type ReasonCode = keyof typeof reasons;

export const reasonCodes = Object.keys(reasons) as readonly ReasonCode[];

/** What a person is told when a request is not taken: said privately, nothing is started. */
export interface Refusal {
  readonly code: ReasonCode;
  /** One sentence: what is wrong, with the offending text quoted. */
  readonly summary: string;
  /** What would have been right, ready to be typed. */
  readonly example?: string;
}

export function refusal(code: ReasonCode, summary: string, example?: string): Refusal {
  return example === undefined ? { code, summary } : { code, summary, example };
}
