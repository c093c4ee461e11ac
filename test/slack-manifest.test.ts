import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

/** The limits are those of Slack's app manifest reference. */
const command = z.strictObject({
  command: z
    .string()
    .max(32)
    .regex(/^\/[a-z][a-z-]*$/),
  description: z.string().min(1).max(140),
  usage_hint: z.string().min(1).max(1000),
  // Escaping would turn a name with @ or # into an id, and the rest of the text no longer says what was typed.
  should_escape: z.literal(false),
});

const manifest = z.strictObject({
  _metadata: z.strictObject({ major_version: z.literal(1) }),
  display_information: z.strictObject({
    name: z.string().min(1).max(35),
    description: z.string().max(140),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.boolean(),
      messages_tab_enabled: z.literal(true),
      messages_tab_read_only_enabled: z.boolean(),
    }),
    bot_user: z.strictObject({ display_name: z.string().min(1).max(80), always_online: z.boolean() }),
    slash_commands: z.array(command),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()) }) }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ bot_events: z.array(z.string()) }),
    interactivity: z.strictObject({ is_enabled: z.literal(true) }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.literal(true),
    token_rotation_enabled: z.literal(false),
  }),
});

const file = new URL('../slack-manifest.yaml', import.meta.url);
const listeners = readFileSync(new URL('../src/slack/listeners/index.ts', import.meta.url), 'utf8');

describe('slack-manifest.yaml', () => {
  const { features, oauth_config: oauth, settings } = manifest.parse(parse(readFileSync(file, 'utf8')));

  test('has the commands that the bot listens to', () => {
    const heard = [...listeners.matchAll(/app\.command\('([^']+)'/g)].map(([, name]) => name);
    expect(heard).toContain('/validate');
    expect(features.slash_commands.map((each) => each.command)).toEqual(heard);
  });

  test('has the events that the bot listens to', () => {
    const heard = [...listeners.matchAll(/app\.event\('([^']+)'/g)].map(([, name]) => name);
    expect(heard).toEqual(['app_home_opened', 'app_mention']);
    expect(settings.event_subscriptions.bot_events).toEqual(heard);
  });

  test('asks for no more scopes than are used', () => {
    expect(oauth.scopes.bot).toEqual([
      'app_mentions:read',
      'channels:read',
      'groups:read',
      'channels:history',
      'groups:history',
      'chat:write',
      'chat:write.public',
      'commands',
      'files:read',
      'files:write',
      'usergroups:read',
      'users:read',
    ]);
  });

  test.each([
    ['a command that is escaped', 'should_escape: false', 'should_escape: true'],
    ['a command name over 32 characters', 'command: /deploy', `command: /${'d'.repeat(32)}`],
    ['events over HTTP instead of Socket Mode', 'socket_mode_enabled: true', 'socket_mode_enabled: false'],
    ['a key Slack does not know', 'settings:', 'settings:\n  shell: true'],
  ])('would be refused with %s', (_what, good, bad) => {
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(good);
    expect(manifest.safeParse(parse(text.replace(good, bad))).success).toBe(false);
  });
});
