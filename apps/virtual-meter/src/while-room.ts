// Writing while the disk has room. A meter goes on without: what could not be written has not
// happened.

/** Writes, and says whether it could; a full disk is told once, and once more when it is not. */
export function writeWhileRoom(onFull: (isFull: boolean) => void): (write: () => void) => boolean {
  let isFull = false;
  return (write) => {
    let full = false;
    try {
      write();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      full = true;
    }
    if (full !== isFull) onFull(full);
    isFull = full;
    return !full;
  };
}
