/** The snapshot of the board, put in by `build/board-data.ts`. */
declare module 'virtual:board-data' {
  export const url: string;
  /** In bytes. */
  export const size: number;
}
