/**
 * Reads a Dockerfile of the few instructions this project uses.
 * @param {string} text
 * @returns {{ name: string, from: string, steps: { instruction: string, line: string }[] }[]} its stages
 * @throws Error with the line when there is an instruction that would not be understood
 */
export function parseDockerfile(text) {
  const known = new Set(['WORKDIR', 'COPY', 'RUN', 'ENV', 'USER', 'HEALTHCHECK', 'CMD']);
  const stages = [];
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    const from = /^FROM (\S+) AS (\S+)$/.exec(line);
    const instruction = line.slice(0, line.indexOf(' '));
    if (from) stages.push({ from: from[1], name: from[2], steps: [] });
    else if (known.has(instruction)) stages.at(-1).steps.push({ instruction, line });
    else
      throw new Error(
        `Dockerfile:${index + 1}: expected FROM … AS …, ${[...known].join(', ')}; found "${line}"`,
      );
  });
  return stages;
}

/** The command of `RUN [...]`, `CMD [...]` or `HEALTHCHECK ... CMD [...]`. @throws Error when it needs a shell */
export function execForm(line) {
  const start = line.indexOf('[');
  if (start < 0) throw new Error(`expected the exec form, such as RUN ["npm", "ci"]; found "${line}"`);
  return JSON.parse(line.slice(start));
}

/** `COPY [--from=stage] source... destination` */
export function copyForm(line) {
  const words = line.split(/\s+/).slice(1);
  const from = words[0].startsWith('--from=') ? words.shift().slice('--from='.length) : undefined;
  return { from, sources: words.slice(0, -1), destination: words.at(-1) };
}

/**
 * Whether a path gets into the build. This project's .dockerignore forbids all and then names what may.
 * @param {string} text of .dockerignore
 * @returns {(name: string) => boolean}
 */
export function dockerContext(text) {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const [first, ...rest] = lines;
  if (first !== '*' || rest.some((line) => !line.startsWith('!'))) {
    throw new Error('.dockerignore: expected a first line *, and then only lines that start with !');
  }
  const allowed = rest.map((line) => line.slice(1));
  return (name) => allowed.some((each) => name === each || name.startsWith(`${each}/`));
}
