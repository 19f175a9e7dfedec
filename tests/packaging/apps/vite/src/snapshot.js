/** @returns {Uint8Array} what the server wrote into the page */
export function snapshotOfPage() {
  return Uint8Array.from(atob(document.getElementById('state').textContent), (byte) => byte.charCodeAt(0));
}
