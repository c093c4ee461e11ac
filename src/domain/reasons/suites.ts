/** What test suites may end with (src/domain/reasons.ts). */
export const suiteReasons = {
  SUITE_FAILED: {
    meaning: 'A test suite that must pass here did not, so the deploy was not kept.',
    next: 'Read which tests failed and why, mend the cause and deploy again.',
  },
  SUITE_NOT_STARTED: {
    meaning: 'The tests could not be started, so they say nothing.',
    next: 'Mend the command or the job of the suite in slipway.yaml, or install the program on the worker.',
  },
  SUITE_TIMED_OUT: {
    meaning: 'The tests did not end in their time and were ended. What they had told until then is shown.',
    next: 'Look at what they waited for, or give the suite a longer timeout.',
  },
  SUITE_SILENT: {
    meaning: 'The tests ended without telling of a single one that ran.',
    next: 'Look at the last lines of their output, and whether the suite writes its report where slipway.yaml says.',
  },
  SUITE_UNREADABLE: {
    meaning: 'The report of the tests cannot be read whole, so it proves nothing.',
    next: 'Look at the place that is named, and whether the tests were cut off or the format is another one.',
  },
  SUITE_TOO_LARGE: {
    meaning: 'The tests wrote more than slipway reads, so their report proves nothing.',
    next: 'Let them write less, or write JUnit XML to a file.',
  },
  SUITE_EXIT: {
    meaning: 'The way in which the tests ended contradicts their report, so it is not believed.',
    next: 'Look at the last lines of their output, and mend the suite so that both say the same.',
  },
} as const;
