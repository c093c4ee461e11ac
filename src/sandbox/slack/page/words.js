const emoji = {
  white_check_mark: '✅',
  heavy_check_mark: '✔️',
  x: '❌',
  warning: '⚠️',
  rotating_light: '🚨',
  rocket: '🚀',
  hourglass: '⌛',
  hourglass_flowing_sand: '⏳',
  lock: '🔒',
  unlock: '🔓',
  no_entry: '⛔',
  stop_sign: '🛑',
  eyes: '👀',
  bell: '🔔',
  mag: '🔍',
  repeat: '🔁',
  rewind: '⏪',
  arrow_right: '➡️',
  arrow_up: '⬆️',
  arrow_down: '⬇️',
  large_green_circle: '🟢',
  large_yellow_circle: '🟡',
  red_circle: '🔴',
  large_blue_circle: '🔵',
  white_circle: '⚪',
  black_circle: '⚫',
  large_orange_circle: '🟠',
  information_source: 'ℹ️',
  wrench: '🔧',
  package: '📦',
  bulb: '💡',
  clipboard: '📋',
  chart_with_upwards_trend: '📈',
  tada: '🎉',
  wave: '👋',
  raised_hand: '✋',
  question: '❓',
  exclamation: '❗',
  thumbsup: '👍',
  '+1': '👍',
  thumbsdown: '👎',
  '-1': '👎',
  link: '🔗',
  clock1: '🕐',
  zap: '⚡',
};

export const emojiText = (name) => emoji[name] ?? `:${name}:`;

/** Replaces `:name:` in plain text that allows emoji. */
export const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+):/gu, (_all, name) => emojiText(name));

const time = (date, seconds) =>
  date.toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
  });
const day = (date, month) => date.toLocaleDateString([], { month, day: 'numeric', year: 'numeric' });

function relativeDay(date, otherwise) {
  const days = Math.round(
    (new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86_400_000,
  );
  return { 0: 'today', 1: 'yesterday', '-1': 'tomorrow' }[days] ?? otherwise;
}

const units = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

function ago(date) {
  const seconds = Math.max(0, Math.round((Date.now() - date.getTime()) / 1000));
  const [size, unit] = units.find(([length]) => seconds >= length) ?? [1, 'second'];
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
}

/** Slack's date tokens; an unknown token stays as it is. */
export function formatDate(timestamp, format) {
  const date = new Date(Number(timestamp) * 1000);
  const long = day(date, 'long');
  const tokens = {
    date_num: date.toISOString().slice(0, 10),
    date_slash: date.toLocaleDateString(),
    date_long: `${date.toLocaleDateString([], { weekday: 'long' })}, ${long}`,
    date_long_full: long,
    date_long_pretty: relativeDay(date, long),
    date: long,
    date_pretty: relativeDay(date, long),
    date_short: day(date, 'short'),
    date_short_pretty: relativeDay(date, day(date, 'short')),
    day_divider_pretty: relativeDay(date, long),
    time: time(date, false),
    time_secs: time(date, true),
    ago: ago(date),
  };
  return format.replace(/\{(\w+)\}/gu, (all, name) => tokens[name] ?? all);
}

export const clock = (ts) => time(new Date(Number(ts) * 1000), false);
export const stamp = (ts) => new Date(Number(ts) * 1000).toLocaleString();
