export { largest } from '../core/largest.ts';

/** How numbers are written that pages and the command line both show. */
export { counted, differenceText, probabilityWords, shareDigits } from '../core/texts.ts';
