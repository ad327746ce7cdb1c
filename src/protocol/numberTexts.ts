/** How numbers are written that pages and the command line both show. */
export { differenceText, probabilityWords, shareDigits } from '../core/texts.ts';
