/** A pattern of errors that many services have met: what it means, and what to do. */
export interface KnownCause {
  readonly name: string;
  readonly meaning: string;
  readonly advice: string;
}

interface Pattern extends KnownCause {
  readonly test: RegExp;
  /** Said by the platform itself of what ended the container: more than an exception that came before. */
  readonly last?: true;
}

const runTroubleshooting = 'https://cloud.google.com/run/docs/troubleshooting';

/** The first that fits counts, so what is particular stands before what is general. Shown in docs/diagnoses.md. */
export const knownCauses: readonly Pattern[] = [
  {
    name: 'wrong architecture',
    // `terminated: Application failed to start: failed to load /usr/bin/java: exec format error`
    // (https://github.com/GoogleCloudPlatform/jit-groups/issues/270)
    test: /exec format error/i,
    last: true,
    meaning:
      'The image is built for another processor, mostly arm64 on a laptop; Cloud Run needs linux/amd64.',
    advice: 'Build with `--platform linux/amd64`; a script needs `#!` in its very first line.',
  },
  {
    name: 'out of memory',
    // `Memory limit of 512 MiB exceeded with 516 MiB used.` (https://github.com/dart-lang/pub-dev/issues/9554)
    test: /memory limit of .{1,40} exceeded|JavaScript heap out of memory|OutOfMemoryError|^MemoryError\b|Container terminated on signal 9/i,
    last: true,
    meaning: 'The container needed more memory than its limit and was ended.',
    advice: 'Raise the memory limit, or lower the concurrency or the number of worker processes.',
  },
  {
    name: 'secret',
    // `Permission denied on secret: projects/…/secrets/…/versions/latest for Revision service account …`
    // (https://github.com/terraform-google-modules/terraform-docs-samples/pull/168)
    test: /permission denied on secret|secretmanager\.versions\.access|secrets?\/[\w/-]+.{0,40}(?:was|were)? ?not found|SECRETS_ACCESS_CHECK_FAILED/i,
    meaning: 'A secret does not exist, or the service account of the revision may not read it.',
    advice:
      'Check the name and version of the secret, and give that account roles/secretmanager.secretAccessor.',
  },
  {
    name: 'permission',
    // `PermissionDenied: 403 Permission 'secretmanager.versions.access' denied for resource …`
    // (https://github.com/googleapis/python-secret-manager/issues/389)
    test: /PERMISSION_DENIED|PermissionDenied|permission '[\w.]+' denied|does not have [\w.]+ access|\bEACCES\b|PermissionError: \[Errno 13\]/i,
    meaning: 'The service may not do something that it needs.',
    advice: 'Give the service account of the revision the permission that the error names, and nothing more.',
  },
  {
    name: 'migration',
    // `alembic.util.exc.CommandError: Can't locate revision identified by 'bc804d8e7a18'`
    // (https://github.com/langflow-ai/langflow/issues/2905); P3009: https://www.prisma.io/docs/orm/reference/error-reference
    test: /can't locate revision identified by|target database is not up to date|alembic\.util\.exc|django\.db\.migrations|migrate found failed migrations|\bP30(?:05|09|18)\b|FlywayException|FlywayValidateException|PendingMigrationError|(?:UndefinedTable|UndefinedColumn|relation "[^"]{1,100}" does not exist|no such (?:table|column): )/i,
    meaning: 'Code and database are not of the same age: a migration failed, or has not run.',
    advice:
      'Run the migrations of this ref against this database, or deploy the ref that the database is of.',
  },
  {
    name: 'missing environment variable',
    // Pydantic: https://docs.pydantic.dev/latest/errors/validation_errors/#missing; Spring: `Could not resolve placeholder`
    test: /^KeyError: '[A-Z][A-Z0-9_]{2,}'|(?:environment|env) ?var(?:iable)?s? .{0,80}(?:not set|missing|required|undefined|not found)|(?:missing|required|unset|undefined|no) (?:required )?(?:environment|env)\b.{0,20}var|Could not resolve placeholder|validation errors? for \w*(?:Settings|Config)\w*\b|Set the \w+ environment variable|ImproperlyConfigured/i,
    meaning: 'A setting that the service needs at its start is not there.',
    advice: 'Set the variable in this environment, or take it out of the code.',
  },
  {
    name: 'missing import',
    test: /^NameError: name '|ModuleNotFoundError|ImportError|Cannot find (?:module|package) '|ERR_MODULE_NOT_FOUND|MODULE_NOT_FOUND|ReferenceError: \S+ is not defined|ClassNotFoundException|NoClassDefFoundError/,
    meaning:
      'A name or a package is missing where the code is loaded: that stops the whole service, not only what uses it.',
    advice:
      'Import it, or add the package to the image; starting the container once in the build finds this before any deploy.',
  },
  {
    name: 'program not found',
    // containerd and gVisor: `failed to load /app/start.sh: no such file or directory`
    test: /executable file not found in \$?PATH|failed to (?:load|start|exec)\b.{0,200}no such file or directory|exec: "[^"]{1,200}": stat .{0,200}no such file/i,
    last: true,
    meaning: 'The command of the image names a program that is not in it.',
    advice:
      'Compare ENTRYPOINT and CMD with what the image holds; Windows line ends after `#!` look the same.',
  },
  {
    name: 'port in use',
    test: /EADDRINUSE|address already in use/i,
    meaning: 'Something in the same container has the port already.',
    advice: 'Start one server for each port: often the application is started twice.',
  },
  {
    name: 'dependency not reachable',
    test: /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|connection refused|ConnectionRefusedError|could not (?:connect to server|translate host name)|name or service not known|temporary failure in name resolution|no such host/i,
    meaning: 'Something that the service needs, such as a database, cannot be reached from it.',
    advice:
      'Check its address here, that it runs, and the VPC connector or Cloud SQL connection of the revision.',
  },
  {
    name: 'port not listened on',
    // https://cloud.google.com/run/docs/troubleshooting#container-failed-to-start
    test: /failed to start and (?:then )?listen on the port|STARTUP (?:TCP|HTTP|GRPC) probe failed/i,
    meaning:
      'The container started, but nothing listened on the port that Cloud Run gave it in PORT, in time.',
    advice: `Listen on 0.0.0.0 and the port in PORT; where the start takes long, give its probe more time (${runTroubleshooting}).`,
  },
];

/** Undefined: nobody has written down what it means. */
export function knownCause(text: string): KnownCause | undefined {
  const found = knownCauses.find(({ test }) => test.test(text));
  return found && { name: found.name, meaning: found.meaning, advice: found.advice };
}

/** Whether the platform said it of what ended the container. */
export function endedBy(line: string): boolean {
  return knownCauses.some(({ test, last }) => last === true && test.test(line));
}
