// Who may import whom (docs/architecture.md). test/boundaries plants one violation of every rule.
// Packages are matched by where they resolve to, so that the rules also hold for a sub-path of a package.
const OURS = '^(src|jobs|test|scripts)/';
const PRODUCT = '^(src|jobs)/';
const TESTS = '^test/';

const packages = (...names) => `(^|/)node_modules/(${names.join('|')})/`;

/** Forbids the packages everywhere in the product but in `only`. */
const packageOnlyIn = ({ name, comment, packages: path, only }) => ({
  name,
  comment,
  severity: 'error',
  from: { path: PRODUCT, pathNot: only },
  to: { path },
});

/** These talk to one thing outside each; they know the nouns and nothing else of ours. */
const sides = ['ledger', 'queue', 'cloud', 'probes', 'charts', 'pages', 'issues', 'slack/messages'].map(
  (side) => ({
    name: `${side.replace('/', '-')}-knows-only-domain`,
    comment: `src/${side} imports src/domain, src/programs and itself. What needs two sides belongs in jobs or slack/listeners.`,
    severity: 'error',
    from: { path: `^src/${side}/` },
    to: { path: OURS, pathNot: ['^src/domain/', '^src/programs/', `^src/${side}/`] },
  }),
);

module.exports = {
  forbidden: [
    {
      name: 'domain-knows-nothing-of-ours',
      comment: 'src/domain is nouns and decisions: whatever it needs is passed in.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { path: OURS, pathNot: '^src/domain/' },
    },
    {
      name: 'domain-knows-only-zod',
      comment: 'src/domain does no I/O. Of Node it may use crypto, to hash what was approved.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { dependencyTypesNot: ['local'], pathNot: [packages('zod'), OURS, '^(node:)?crypto$'] },
    },
    ...sides,
    {
      name: 'infrastructure-knows-domain-programs-and-cloud',
      comment:
        'src/infrastructure changes what services run on, by a program here or by a build of Cloud Build.',
      severity: 'error',
      from: { path: '^src/infrastructure/' },
      to: { path: OURS, pathNot: ['^src/(domain|programs|cloud)/', '^src/infrastructure/'] },
    },
    {
      name: 'roots-on-top',
      comment: 'Clients are made in the composition roots. Only cli.ts starts those; nobody starts cli.ts.',
      severity: 'error',
      from: { path: PRODUCT, pathNot: '^src/cli\\.ts$' },
      to: { path: '^(src/(cli|bot)|jobs/worker)\\.ts$' },
    },
    {
      name: 'sandbox-only-by-cli',
      comment: 'The product cannot know that it talks to the sandbox: it differs by addresses in the config.',
      severity: 'error',
      from: { path: PRODUCT, pathNot: ['^src/sandbox/', '^src/cli\\.ts$'] },
      to: { path: '^src/sandbox/' },
    },
    {
      name: 'product-knows-no-test',
      comment: 'Tests are not in the image.',
      severity: 'error',
      from: { path: PRODUCT },
      to: { path: TESTS },
    },
    packageOnlyIn({
      name: 'bullmq-only-in-queue-and-jobs',
      comment: 'Job options and BullMQ errors stay behind src/queue.',
      packages: packages('bullmq'),
      only: ['^src/queue/', '^jobs/'],
    }),
    packageOnlyIn({
      name: 'slack-sdk-only-in-slack',
      comment: 'Others make an operation event and let the thread be drawn from it.',
      packages: packages('@slack'),
      only: ['^src/slack/', '^src/bot\\.ts$', '^src/sandbox/slack/'],
    }),
    packageOnlyIn({
      name: 'google-sdk-only-in-cloud',
      comment: 'src/cloud turns resources and errors of Google into our nouns.',
      packages: packages('@google-cloud', 'google-gax', 'google-auth-library', '@grpc'),
      only: ['^src/cloud/', '^src/sandbox/cloud/'],
    }),
    {
      name: 'google-packages-not-whole',
      comment:
        'Each start would load 4 MB more (docs/decisions/0024): import types, and clients from their own files.',
      severity: 'error',
      from: { path: PRODUCT, pathNot: '^src/sandbox/' },
      to: { path: `${packages('@google-cloud')}.*/src/index\\.`, dependencyTypesNot: ['type-only'] },
    },
    packageOnlyIn({
      name: 'ioredis-only-in-ledger-and-queue',
      comment: 'The roots make the connections; the ledger and the queue use them.',
      packages: packages('ioredis'),
      only: ['^src/(ledger|queue)/', '^src/(bot|cli)\\.ts$', '^jobs/worker\\.ts$'],
    }),
    packageOnlyIn({
      name: 'canvas-only-in-charts',
      comment: 'A native package of 30 MB: who draws nothing shall not load it.',
      packages: packages('chart.js', '@napi-rs'),
      only: ['^src/charts/'],
    }),
    packageOnlyIn({
      name: 'octokit-only-in-issues',
      comment: 'Its errors may hold a request, and that the token: src/issues says what they mean.',
      packages: packages('@octokit'),
      only: ['^src/issues/'],
    }),
    {
      name: 'no-development-package',
      comment: 'The image holds no development packages: this import would fail there, at start.',
      severity: 'error',
      from: { path: PRODUCT },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: packages('@types') },
    },
    {
      name: 'no-unresolvable',
      comment: 'What does not resolve would pass all the rules above unseen.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-cycle',
      comment: 'Move what both need into a file of its own.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphan',
      comment: 'A file that imports nothing and that nobody imports is left over.',
      severity: 'error',
      from: { orphan: true, path: PRODUCT, pathNot: '^(src/cli|jobs/worker)\\.ts$' },
      to: {},
    },
  ],
  options: {
    // Imports of types are imports too.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
