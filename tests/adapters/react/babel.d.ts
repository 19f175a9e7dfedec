/** As much of it as the tests call; it has no types of its own. */
declare module '@babel/core' {
  export function transformAsync(
    code: string,
    options: Record<string, unknown>,
  ): Promise<{ code: string | null; map: import('rolldown').SourceMapInput } | null>;
}
