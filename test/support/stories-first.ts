import { BaseSequencer, type TestSpecification } from 'vitest/node';

const isStory = ({ moduleId }: TestSpecification) => moduleId.includes('/test/acceptance/');

/** Stories mostly wait: begun first, they wait while the other tests work. */
export class StoriesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(isStory), ...sorted.filter((file) => !isStory(file))];
  }
}
