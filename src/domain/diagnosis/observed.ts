/** What a probe itself saw, as `error` of an evidence. */
export const observed = {
  /** Its own deadline passed. */
  deadline: 'DEADLINE',
  /** It came, but later than allowed. */
  slow: 'SLOW',
  /** Neither pong nor echo. */
  silence: 'SILENCE',
  crosstalk: 'CROSSTALK',
  wrongEcho: 'WRONG_ECHO',
  otherInstance: 'OTHER_INSTANCE',
  wrongStatus: 'WRONG_STATUS',
  wrongBody: 'WRONG_BODY',
  tooLarge: 'TOO_LARGE',
  /** The port speaks TLS, but was asked in plain. */
  tlsRecord: 'TLS_RECORD',
  /** The port speaks plain HTTP, but was asked in TLS. */
  plainAnswer: 'PLAIN_ANSWER',
  /** Interim answers without end, or a 101 to a request that asked for no upgrade. */
  unasked: 'UNASKED',
  journeyStep: 'JOURNEY_STEP',
  token: 'TOKEN',
  late: 'LATE',
  wholeDeadline: 'WHOLE_DEADLINE',
  invalidRequest: 'INVALID_REQUEST',
} as const;
