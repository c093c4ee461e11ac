const WIDTH = 80;
const LETTERS = { passed: '.', failed: 'F', skipped: 's' };

const say = (line) => console.log(line);

/** `text` in the middle of a line of `=`, as pytest does it. */
function ruled(text, sign = '=') {
  const sides = Math.max(2, WIDTH - text.length - 2);
  return `${sign.repeat(Math.floor(sides / 2))} ${text} ${sign.repeat(Math.ceil(sides / 2))}`;
}

export function sayBeginning({ url, all, selected }) {
  const deselected = all - selected;
  say(ruled('test session starts'));
  say(`platform ${process.platform} -- Node ${process.versions.node}`);
  say(`service: ${url}`);
  const rest = deselected === 0 ? '' : ` / ${deselected} deselected / ${selected} selected`;
  say(`collected ${all} items${rest}\n`);
}

/** One line a module, with how far the run has come. */
export function sayModule(module, own, share) {
  const line = `${module}.mjs ${own.map(({ outcome }) => LETTERS[outcome]).join('')}`;
  say(`${line.padEnd(WIDTH - 7)} [${String(Math.round(share * 100)).padStart(3)}%]`);
}

export function sayEnd({ results, seconds, deselected, junit }) {
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  if (failed.length > 0) say(`\n${ruled('FAILURES')}`);
  for (const { name, text } of failed) say(`${ruled(name, '_')}\n\n${text}`);
  if (junit !== undefined) say(ruled(`generated xml file: ${junit}`, '-'));
  if (failed.length > 0) say(ruled('short test summary info'));
  for (const { module, name, message } of failed)
    say(`FAILED ${module}.mjs::${name} - ${message.split('\n')[0]}`);
  const counts = ['failed', 'passed', 'skipped'].flatMap((outcome) => {
    const count = results.filter((each) => each.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${outcome}`];
  });
  if (deselected > 0) counts.push(`${deselected} deselected`);
  say(ruled(`${counts.length === 0 ? 'no tests ran' : counts.join(', ')} in ${seconds.toFixed(2)}s`));
}
