/** Files leave the page: to a place that the user chooses where the browser offers that, else as a download. */

/** Where the bytes of a file go, chosen before they are there: browsers only ask right after a click. */
export type Destination = (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;

export const FILE_EXTENSION = '.gaesup';
const MEDIA_TYPE = 'application/octet-stream';

/** Lets the user choose; null when that was given up. */
export async function chooseDestination(name: string): Promise<Destination | null> {
  const { showSaveFilePicker } = window;
  if (showSaveFilePicker === undefined) return (bytes) => Promise.resolve(download(bytes, name));
  try {
    const types = [{ description: 'Snapshot', accept: { [MEDIA_TYPE]: [FILE_EXTENSION] } }];
    const handle = await showSaveFilePicker({ suggestedName: name, types });
    return async (bytes) => {
      const file = await handle.createWritable();
      await file.write(bytes);
      await file.close();
    };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}

function download(bytes: Uint8Array<ArrayBuffer>, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes], { type: MEDIA_TYPE }));
  link.download = name;
  link.click();
  // The download has begun when the next task does.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
