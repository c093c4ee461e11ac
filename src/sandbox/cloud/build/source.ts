import type { StepKind } from '../refs.ts';
import type { BuildMessage, StepMessage } from './resources.ts';

/** The git ref that a build asks for: its source first, then the substitutions that triggers set, then `main`. */
export function refOf(build: BuildMessage): string {
  const { source, substitutions } = build;
  const repo = source?.repoSource;
  const named = [
    source?.gitSource?.revision,
    source?.connectedRepository?.revision,
    repo?.branchName,
    repo?.tagName,
    repo?.commitSha,
    substitutions['COMMIT_SHA'],
    substitutions['TAG_NAME'],
    substitutions['BRANCH_NAME'],
    substitutions['_REF'],
  ];
  return named.find((ref) => ref !== undefined && ref !== '') ?? 'main';
}

export function kindOf(step: StepMessage): StepKind {
  const words = `${step.id} ${step.entrypoint} ${step.args.join(' ')} ${step.script}`.toLowerCase();
  if (/\b(fetch|clone|checkout)\b/.test(words)) return 'fetch';
  if (/\b(test|tests|pytest|ruff|lint|vitest)\b/.test(words)) return 'test';
  if (/\bpush\b/.test(words)) return 'push';
  return /\b(build|kaniko|buildx)\b/.test(`${words} ${step.name}`) ? 'build' : 'other';
}

/** The step that breaks: the first of the kind, else the image build (tests may run inside it), else the last. */
export function failingStep(steps: readonly StepMessage[], kind: StepKind): number {
  const kinds = steps.map(kindOf);
  const exact = kinds.indexOf(kind);
  if (exact >= 0) return exact;
  const build = kinds.indexOf('build');
  return build >= 0 ? build : steps.length - 1;
}

/** The image that a push step names, `docker push NAME`. */
export function pushedImage(step: StepMessage): string | undefined {
  const position = step.args.indexOf('push');
  return position < 0
    ? undefined
    : step.args.slice(position + 1).find((argument) => !argument.startsWith('-'));
}

/** What each kind of step prints when it works. */
export function usualOutput(kind: StepKind, ref: string): readonly string[] {
  switch (kind) {
    case 'fetch':
      return [
        'Initialized empty Git repository in /workspace/.git/',
        ` * branch            ${ref} -> FETCH_HEAD`,
      ];
    case 'test':
      return ['All checks passed!', 'collected 128 items', '128 passed, 2 warnings in 6.71s'];
    case 'build':
      return [
        'Step 1/6 : FROM python:3.12-slim',
        'Step 6/6 : CMD ["uvicorn", "app.main:app"]',
        'Successfully built',
      ];
    case 'push':
      return ['The push refers to repository', 'latest: digest: sha256 size: 1995'];
    case 'other':
      return ['Already have image (with digest)'];
  }
}
