/** What people did, or were shown, that changes nothing: the activity log tells it, in these words. */
export const ACTIVITIES = {
  'auth.login.success': 'Signed in',
  'auth.login.failed': 'Tried to sign in and was refused',
  'auth.session.revoked': 'A session was ended',
  'auth.step_up.failed': 'Did not prove who they are in a session',
  'access.guest_read': 'Was shown something as a technician of the provider',
} as const
export type ActivityName = keyof typeof ACTIVITIES

export const isActivity = (action: string): action is ActivityName => Object.hasOwn(ACTIVITIES, action)
