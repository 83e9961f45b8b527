import { checkAdvancedLayer } from './advanced.ts';
import type { Check } from './check.ts';
import { checkIcCorrelation, checkIcInformation, checkIcOrder } from './ic.ts';
import { checkNovogradMemory, checkNovogradRule } from './novograd.ts';
import { checkTabuDiversity, checkTabuParameters, checkTabuRule, checkTabuTime } from './tabu.ts';

/** The checks, by the name that claims use. */
export const CHECKS: Readonly<Record<string, Check>> = {
  advanced_layer: checkAdvancedLayer,
  tabu_rule: checkTabuRule,
  tabu_diversity: checkTabuDiversity,
  tabu_parameters: checkTabuParameters,
  tabu_time: checkTabuTime,
  ic_order: checkIcOrder,
  ic_correlation: checkIcCorrelation,
  ic_information: checkIcInformation,
  novograd_rule: checkNovogradRule,
  novograd_memory: checkNovogradMemory,
};
