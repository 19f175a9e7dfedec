/** As much of the package as tests need; it has no types of its own. */
declare module 'lz4js' {
  /** Decompresses a block without a frame; answers where its bytes end in `into`. */
  export function decompressBlock(
    from: Uint8Array,
    into: Uint8Array,
    start: number,
    bytes: number,
    at: number,
  ): number;
}
