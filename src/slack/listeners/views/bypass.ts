import { randomUUID } from 'node:crypto';
import type { AllMiddlewareArgs, SlackViewMiddlewareArgs, ViewSubmitAction } from '@slack/bolt';
import { z } from 'zod';
import { parseDeploy } from '../../../domain/request.ts';
import { reasonField } from '../../messages/bypass.ts';
import { refused } from '../../messages/private.ts';
import { answer } from '../answer.ts';
import { beginDeploy } from '../begin.ts';
import type { Intake } from '../intake.ts';

const wishSchema = z.object({
  services: z.array(z.string()).min(1),
  environment: z.string(),
  ref: z.string(),
  issue: z.number().int().positive().optional(),
  channel: z.string(),
  build: z.literal('local').optional(),
  image: z.string().optional(),
});

/** The window that asks for the reason of an emergency: goes the way of `/deploy … bypass:"…"`. */
export function bypassSubmission(intake: Intake) {
  return async (args: SlackViewMiddlewareArgs<ViewSubmitAction> & AllMiddlewareArgs): Promise<void> => {
    await args.ack();
    const { view, body, client } = args;
    const { services, environment, ref, issue, channel, build, image } = wishSchema.parse(
      JSON.parse(view.private_metadata),
    );
    const reason = view.state.values[reasonField.block]?.[reasonField.field]?.value ?? '';
    const { id: by, name: byName } = body.user;
    const to = { client, channel, user: by, log: intake.log };
    // Through the same parser as what is typed: one place says what a reason is.
    const made = `${build === undefined ? '' : ` build:${build}`}${image === undefined ? '' : ` image:${image}`}`;
    const about = issue === undefined ? '' : ` issue:${issue}`;
    const text = `${services.join(',')} ${environment} ref:${ref}${made}${about} bypass:"${reason.replace(/["“”„]/gu, "'")}"`;
    const parsed = parseDeploy(text, intake.catalog);
    if (parsed.kind === 'refused') return answer(to, refused(parsed.refusal));
    if (parsed.kind !== 'deploy') return;
    // A view is submitted once; its id is the same when that is delivered again.
    const person = { by, byName, typedIn: channel, deliveryId: view.id || randomUUID() };
    return beginDeploy(parsed.request, { person, to }, intake);
  };
}
