import { createImageCache } from "../kit/media/image";

/** Decoded images of the tasks on screen and next in line, shared by every editor of the page. */
export const images = createImageCache();
