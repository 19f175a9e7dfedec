const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `171,075` */
export function formatCount(value: number): string {
  return whole.format(value);
}

/** `1.24M`, for counters that run too fast to be read to the last digit. */
export function formatShortCount(value: number): string {
  if (value < 100_000) return formatCount(value);
  return value < 1e6
    ? `${(value / 1e3).toFixed(0)}k`
    : value < 1e9
      ? `${(value / 1e6).toFixed(2)}M`
      : `${(value / 1e9).toFixed(2)}G`;
}

/** `11.5 MB`, in powers of ten. */
export function formatBytes(bytes: number): string {
  if (bytes < 1e3) return `${whole.format(bytes)} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** `340 ns`, `0.21 ms`, `16.7 ms`, `1.24 s` */
export function formatDuration(ms: number): string {
  if (ms < 0.001) return `${whole.format(ms * 1e6)} ns`;
  if (ms < 0.1) return `${(ms * 1e3).toFixed(1)} µs`;
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  if (ms < 100) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${whole.format(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;
}
