import type { CleanImage } from '../image/clean-copy.js';
import { ImageRefusal } from '../image/image-refusal.js';

/**
 * The clean copy of a picture somebody has sent, to be stored in place of what was received; null when the bytes are no
 * picture at all. Throws ImageRefusal for a picture that is not taken: its `detail` is for the sender.
 */
export async function receivedPicture(bytes: Buffer): Promise<CleanImage | null> {
  const { cleanCopy } = await import('../image/clean-copy.js');
  try {
    return await cleanCopy(bytes);
  } catch (error) {
    if (error instanceof ImageRefusal && error.code === 'image-not-an-image') return null;
    throw error;
  }
}
