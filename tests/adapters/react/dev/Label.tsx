export function Label() {
  return <p>Before</p>;
}
