import type { Command } from 'commander';
import type { Config, Need } from './config/index.ts';

/** Wrong usage, as in most command-line tools; 1 is for what ended badly. */
const usageCode = 2;

/** `slipway page test`: exit 0 all ways took it, 1 one did not, 2 wrong usage. */
export function addPage(program: Command, configured: (needs: readonly Need[]) => Config): void {
  program
    .command('page')
    .description('pages of a team')
    .command('test')
    .description('sends a test to a team on each of its ways, and says at once that it is over; wakes people')
    .argument('<team>', 'as under pages in slipway.yaml')
    .action(async (team: string) => {
      process.exitCode = await test(team, configured);
    });
}

async function test(team: string, configured: (needs: readonly Need[]) => Config): Promise<number> {
  const { teams } = configured([]);
  const ways = Object.hasOwn(teams, team) ? teams[team] : undefined;
  if (ways === undefined) {
    const names = Object.keys(teams).join(', ');
    console.error(
      `error: expected ${names === '' ? 'a team under pages in slipway.yaml' : `one of ${names}`}`,
    );
    return usageCode;
  }
  const config = configured(ways.some(({ kind }) => kind === 'slack') ? ['slack-bot'] : []);
  // Slack's client costs half a second to load: the other commands do without.
  const { testPage } = await import('./page-test.ts');
  let failed = false;
  for await (const { way, problem } of testPage(team, config)) {
    failed ||= problem !== undefined;
    console.log(`${way.padEnd(10)}${problem ?? 'ok'}`);
  }
  return failed ? 1 : 0;
}
