import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import { ask } from '../../scripts/steps/command.mjs';

/** What has to be known to compare two results. */
export function describeMachine() {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memory_bytes: totalmem(),
    system: `${platform()} ${release()}`,
    commit: ask('git', ['rev-parse', '--short', 'HEAD']) ?? 'unknown',
  };
}

/** How busy the machine is: above the number of cores, times say little. */
export function load() {
  return Number(loadavg()[0].toFixed(2));
}
