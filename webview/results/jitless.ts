import * as z from 'zod/mini';

// What zod would compile may be forbidden by the page's content security policy. Schemas ask as they are made: import this first.
z.config({ jitless: true });
