export interface State {
  count: number;
}
