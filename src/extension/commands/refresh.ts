import type { CommandHandler } from './register.ts';

/** Makes the lists of the side bar anew. */
export const refresh: CommandHandler = async ({ services, views }) => {
  await services.live.look();
  await views.refresh();
};
