import type { Command } from 'commander';
export function addMeasure(_program: Command): void {}
