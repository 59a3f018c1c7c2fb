// Made from the manifests by `npm run contracts`; a check keeps it current.

interface KnownEvent {
  /** On the bus, `source` is `tessera.<context>`. */
  context: string
  /** Its audit entries go after so many days; without it they stay. */
  keptDays?: number
  /** The sweep makes it of what has fallen due, and no other. */
  isDue?: true
}

const known: Readonly<Record<string, KnownEvent>> = {
  'auth.mfa.backup_codes_replaced': { context: 'identity' },
  'user.credentials_changed': { context: 'identity' },
  'auth.device.appeared': { context: 'identity' },
  'auth.home.changed': { context: 'identity' },
  'auth.login.failed': { context: 'identity' },
  'auth.login.locked': { context: 'identity' },
  'auth.login.success': { context: 'identity' },
  'auth.email.change_requested': { context: 'identity' },
  'auth.email.undone': { context: 'identity' },
  'auth.email.changed': { context: 'identity' },
  'auth.mfa.disabled': { context: 'identity' },
  'auth.mfa.enabled': { context: 'identity' },
  'auth.mfa.recovered': { context: 'identity' },
  'auth.mfa.setup_begun': { context: 'identity' },
  'auth.password.changed': { context: 'identity' },
  'auth.password.forgotten': { context: 'identity' },
  'auth.password_reset.failed': { context: 'identity' },
  'auth.mfa.recovery_refused': { context: 'identity' },
  'auth.mfa.recovery_requested': { context: 'identity' },
  'auth.refresh_token.reused': { context: 'identity' },
  'auth.registration.begun': { context: 'identity', keptDays: 30 },
  'auth.registration.resent': { context: 'identity', keptDays: 30 },
  'auth.session.mfa_changed': { context: 'identity' },
  'auth.session.refreshed': { context: 'identity' },
  'auth.session.revoked': { context: 'identity' },
  'auth.session.stepped_up': { context: 'identity' },
  'auth.step_up.failed': { context: 'identity' },
  'auth.verification.failed': { context: 'identity', keptDays: 30 },
  'organization.closing_due': { context: 'organizations', keptDays: 30, isDue: true },
  'customer.added': { context: 'organizations' },
  'customer.left': { context: 'organizations' },
  'organization.members_leaving': { context: 'organizations' },
  'organization.activated': { context: 'organizations' },
  'organization.closed': { context: 'organizations' },
  'organization.closing_cancelled': { context: 'organizations' },
  'organization.closing_scheduled': { context: 'organizations' },
  'organization.created': { context: 'organizations' },
  'organization.offboarded': { context: 'organizations' },
  'organization.suspended': { context: 'organizations' },
  'organization.updated': { context: 'organizations' },
  'organization.provider.ended': { context: 'organizations' },
  'user.activated': { context: 'users' },
  'user.authenticated': { context: 'users' },
  'user.created': { context: 'users' },
  'user.deactivated': { context: 'users' },
  'user.deleted': { context: 'users' },
  'user.email_changed': { context: 'users' },
  'user.email_verified': { context: 'users' },
  'user.groups_changed': { context: 'users' },
  'user.invitation_accepted': { context: 'users' },
  'user.invited': { context: 'users' },
  'user.joined': { context: 'users' },
  'user.left': { context: 'users' },
  'user.locked': { context: 'users' },
  'user.mfa_reset': { context: 'users' },
  'user.password_reset_requested': { context: 'users' },
  'user.reapproval_required': { context: 'users' },
  'user.reapproved': { context: 'users' },
  'user.restored': { context: 'users' },
  'user.roles_changed': { context: 'users' },
  'user.unlocked': { context: 'users' },
  'user.updated': { context: 'users' },
  'unit.created': { context: 'units' },
  'unit.deleted': { context: 'units' },
  'unit.owner_changed': { context: 'units' },
  'unit.updated': { context: 'units' },
  'group.created': { context: 'groups' },
  'group.deleted': { context: 'groups' },
  'group.member_added': { context: 'groups' },
  'group.member_removed': { context: 'groups' },
  'group.roles_changed': { context: 'groups' },
  'group.updated': { context: 'groups' },
  'access.denied': { context: 'access' },
  'access.escalation_attempted': { context: 'access' },
  'permission.created': { context: 'access' },
  'role_assignment.created': { context: 'access' },
  'role_assignment.deleted': { context: 'access' },
  'role_assignment.due': { context: 'access', keptDays: 30, isDue: true },
  'role.created': { context: 'access' },
  'role.deleted': { context: 'access' },
  'role.permissions_changed': { context: 'access' },
  'role.updated': { context: 'access' },
  'email.sent': { context: 'notifications' },
  'email.suppressed': { context: 'notifications' },
  'notification.preferences_changed': { context: 'notifications' },
  'job.cancel_requested': { context: 'jobs' },
  'job.created': { context: 'jobs' },
  'job.finished': { context: 'jobs' },
  'job.stepped': { context: 'jobs', keptDays: 30 },
}

const ofType = (type: string) => (Object.hasOwn(known, type) ? known[type] : undefined)

/** EventBridge's `source` for a type. */
export const sourceOf = (type: string) => `tessera.${ofType(type)?.context ?? 'unknown'}`

export const keptDaysOf = (type: string) => ofType(type)?.keptDays

export const isDueKind = (type: string) => ofType(type)?.isDue === true
