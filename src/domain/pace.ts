/**
 * One Slack message gets at most one update in this time, in milliseconds: Slack allows about 50 a
 * minute for a whole workspace (chat.update is tier 3), and a busy thread must leave some to others.
 */
export const updateEveryMs = 3_000;
