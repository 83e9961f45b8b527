import type { Fitting } from '../figures/measured/predicted.ts';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import rule from '../fixtures/depth-rule.json' with { type: 'json' };
import { depthRuleSchema } from '../schemas/depth-rule.ts';

/** The fitted rule of the trainable depth, and what each data set looks like to a first layer. */
export const FITTING: Fitting = { rule: depthRuleSchema.parse(rule), statistics };
