/** What is allowed, for who has to know it without having met what the page has. */

import type { State } from './types';

/** What was answered on another page, and has not been met on this one, counts too. */
export const allowedBy = ({ grants, phase, record }: State): State['grants'] => ({
    ...grants,
    services: { ...(phase === 'answered' && record?.services), ...grants.services },
});
