import { openResults } from '../panels/resultsPanel.ts';
import type { CommandHandler } from './register.ts';

/** Shows every evaluation that was made, as a table. */
export const showResults: CommandHandler = async ({ services }) => {
  openResults(services);
};
