/** Whether a depth can be trained; the least cautious first. */
export const VERDICTS = ['trainable', 'doubtful', 'not_trainable', 'unknown'] as const;
