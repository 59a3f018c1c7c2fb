// Made from the contracts by `npm run contracts`; a check keeps it current.
import type { Answer, Options, Page } from './call.ts'

export type AccessLevel = "read" | "write" | "full"

export type AccessRequest = { id: string; organizationId: string; requester: { id: string; name: string }; permission: string; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }; reason: string; until: string | null; status: "pending" | "approved" | "refused" | "expired"; closesAt: string; decidedBy: string | null; decidedAt: string | null; refusalReason: string | null; assignmentId: string | null; expiresAt: string | null; createdAt: string; updatedAt: string; version: number }

export type AccessStatus = "requested" | "active" | "expired" | "refused" | "revoked"

export type Activity = { id: string; userId: string | null; type: string; description: string; success: boolean; ipAddress: string | null; userAgent: string | null; location: string | null; metadata: Record<string, unknown>; createdAt: string }

export type ActivityType = "auth.login.success" | "auth.login.failed" | "auth.session.revoked" | "auth.step_up.failed" | "access.guest_read"

export type Address = { line1: string; line2?: string; city: string; region?: string; postalCode?: string; country: string }

export type ApiKey = { id: string; organizationId: string; name: string; hint: string; assignments: Array<{ id: string; roleId: string | null; permission: string | null; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }; expiresAt: string | null }>; createdBy: string; expiresAt: string | null; lastUsedAt: string | null; oldSecretEndsAt: string | null; createdAt: string; updatedAt: string; deletedAt: string | null; version: number }

export type ApiKeyWithSecret = { id: string; organizationId: string; name: string; hint: string; assignments: Array<{ id: string; roleId: string | null; permission: string | null; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }; expiresAt: string | null }>; createdBy: string; expiresAt: string | null; lastUsedAt: string | null; oldSecretEndsAt: string | null; createdAt: string; updatedAt: string; deletedAt: string | null; version: number; secret: string }

export type AskedResource = { type: string; id?: string; unitId?: string; ownerId?: string; attributes?: Record<string, string | number | boolean | Array<string | number | boolean>> }

export type AssignedRole = { id: string; name: string; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }; expiresAt: string | null; displayName: string; groups: Array<string>; assignmentId: string; grantedBy: string; grantedAt: string }

export type AuditEntry = { id: string; timestamp: string; actor: { id: string; kind: "member" | "guest" | "service" | "system" | "anonymous" | "external"; name: string; organizationId: string | null }; action: string; resource: { type: string; id: string; name: string | null }; success: boolean; errorMessage: string | null; changes: Record<string, { old?: unknown; new?: unknown }>; details: Record<string, unknown>; ipAddress: string | null; userAgent: string | null; sessionId: string | null; requestId: string; clientRequestId: string | null; correlationId: string; eventId: string }

export type AuditExport = { id: string; status: string; format: ExportFormat; entries: number; files: Array<{ fileName: string; entries: number; url: string; expiresAt: string }>; failure: { code: string; message: string } | null; createdAt: string; finishedAt: string | null }

export type AuditFilter = { actorId?: string; action?: string; resourceType?: string; resourceId?: string; ip?: string; success?: boolean; from?: Moment; to?: Moment }

export type AuditFilterOutput = { actorId?: string; action?: string; resourceType?: string; resourceId?: string; ip?: string; success?: boolean; from?: Moment; to?: Moment }

export type AuditSearch = { id: string; name: string; filter: AuditFilter; isShared: boolean; ownerId: string; createdAt: string; updatedAt: string; version: number }

export type AuthzenConfiguration = { policy_decision_point: string; access_evaluation_endpoint: string; access_evaluations_endpoint: string; search_subject_endpoint: string; search_resource_endpoint: string; search_action_endpoint: string }

export type AuthzenDecision = { decision: boolean; context?: Record<string, unknown> }

export type AuthzenRequest = { subject: { type: string; id: string; properties?: Record<string, unknown> }; action: { name: string; properties?: Record<string, unknown> }; resource: { type: string; id: string; properties?: Record<string, unknown> }; context?: Record<string, unknown> }

export type Checkpoint = { id: string; treeSize: number; rootHash: string; note: string; key: string; createdAt: string }

export type ConsistencyProof = { from: number; to: number; path: Array<string>; fromCheckpoint: Checkpoint | null; toCheckpoint: Checkpoint | null }

export type Contact = { email?: string; phone?: string; address?: Address }

export type Customer = { id: string; name: string; type: "customer"; status: "trial" | "active" | "suspended" | "offboarding" | "closed"; since: string; endedAt: string | null }

export type CustomerAccess = { organizationId: string; name: string; accessId: string; accessLevel: AccessLevel; allowedServices: Array<string>; ipRestrictions: Array<string> | null; timeRestrictions: { timeZone: string; days: unknown; from: string; to: string | "24:00" } | null; expiresAt: string | null; grantedAt: string; openNow: boolean }

export type Denial = { permission: string; resource: { type: string; id: string | null; unitId: string | null } | null; at: string; now: { allowed: boolean; because: Array<{ holderId: string; assignmentId: string; groups: Array<string>; roleId: string | null; permission: string; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }; conditions: Array<{ attribute: string; operator: "equals" | "not_equals"; value: string | number | boolean | { attribute: string } } | { attribute: string; operator: "in" | "not_in"; value: Array<string | number | boolean> } | { attribute: string; operator: "less_than" | "at_most" | "greater_than" | "at_least"; value: number | string } | { attribute: string; operator: "starts_with"; value: string } | { attribute: string; operator: "contains"; value: string | number | boolean } | { attribute: "environment.ip"; operator: "in_network"; value: Array<string> } | { attribute: "environment.time"; operator: "during"; value: { timeZone: string; days: unknown; from: string; to: string | "24:00" } }> }>; missing: Array<{ grants: Array<{ to: string; permission: string | null; roleId: string | null; groupId: string | null; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string } | null }> }>; nearMisses: Array<{ assignmentId: string; permission: string; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }; because: "expired" | "scope" | "condition"; conditions: Array<{ attribute: string; operator: "equals" | "not_equals"; value: string | number | boolean | { attribute: string } } | { attribute: string; operator: "in" | "not_in"; value: Array<string | number | boolean> } | { attribute: string; operator: "less_than" | "at_most" | "greater_than" | "at_least"; value: number | string } | { attribute: string; operator: "starts_with"; value: string } | { attribute: string; operator: "contains"; value: string | number | boolean } | { attribute: "environment.ip"; operator: "in_network"; value: Array<string> } | { attribute: "environment.time"; operator: "during"; value: { timeZone: string; days: unknown; from: string; to: string | "24:00" } }> }>; barredBy: { reason: "status" | "expiry" | "limit" | "maker"; condition: { attribute: string; operator: "equals" | "not_equals"; value: string | number | boolean | { attribute: string } } | { attribute: string; operator: "in" | "not_in"; value: Array<string | number | boolean> } | { attribute: string; operator: "less_than" | "at_most" | "greater_than" | "at_least"; value: number | string } | { attribute: string; operator: "starts_with"; value: string } | { attribute: string; operator: "contains"; value: string | number | boolean } | { attribute: "environment.ip"; operator: "in_network"; value: Array<string> } | { attribute: "environment.time"; operator: "during"; value: { timeZone: string; days: unknown; from: string; to: string | "24:00" } } | null } | null; policyVersion: number } }

export type DenialReference = string

export type ExportFormat = "csv" | "jsonl" | "verifiable"

export type Group = { id: string; organizationId: string; name: string; description: string | null; type: string | null; parentId: string | null; path: Array<string>; hierarchyLevel: number; createdAt: string; updatedAt: string; deletedAt: string | null; version: number }

export type GroupMember = { groupId: string; userId: string; roleInGroup: string | null; status: "active"; addedBy: string; addedAt: string; version: number }

export type Health = { status: "ok" | "failed"; timestamp: string; version: string; checks: { database: { status: "ok" | "failed"; message?: string; durationMs?: number; lagSeconds?: number }; identity: { status: "ok" | "failed"; message?: string; durationMs?: number; lagSeconds?: number }; events: { status: "ok" | "failed"; message?: string; durationMs?: number; lagSeconds?: number } } }

export type HistoryEvent = { id: string; type: string; version: number; timestamp: string; data: Record<string, unknown>; changes: Record<string, { old?: unknown; new?: unknown }>; actor: { id: string; kind: string; name: string | null }; requestId: string; correlationId: string }

export type InclusionProof = { entryId: string; leafIndex: number; leafHash: string; treeSize: number; path: Array<string>; checkpoint: Checkpoint | null; form: Record<string, unknown> }

export type Invitation = { id: string; organizationId: string; email: string; emailVerified: boolean; firstName: string; lastName: string; name: string; phone: string | null; department: string | null; profileImage: string | null; employmentEquity: string | null; unitId: string | null; locale: string; status: Status; lockReason: string | null; role: string | null; roles: Array<UserRole>; mfaEnabled: boolean; reapprovalRequired: boolean; preferences: Record<string, unknown>; metadata: Record<string, unknown>; lastLoginAt: string | null; lastLoginIp: string | null; loginCount: number; createdAt: string; createdBy: string; updatedAt: string; deletedAt: string | null; version: number; invitedAt: string; expiresAt: string; expired: boolean }

export type Job = { id: string; kind: string; status: "queued" | "running" | "cancelling" | "succeeded" | "failed" | "cancelled"; progress: number; total: number | null; counts: Record<string, number>; errorCount: number; resource: { type: string; id: string } | null; result: Record<string, unknown> | null; failure: { code: string; message: string } | null; startedBy: string; createdAt: string; startedAt: string | null; finishedAt: string | null; version: number }

export type JobError = { row: number | string; column: string | null; code: string; message: string }

export type LegalHold = { id: string; reason: string; createdBy: string; createdAt: string; releasedAt: string | null; releasedBy: string | null; releaseReason: string | null; version: number }

export type Me = { user: User; memberships: Array<MembershipView>; homeOrganizationId: string; roles: Array<UserRole>; permissions: Array<string>; mfa: { enabled: boolean; required: boolean; backupCodesLeft: number }; session: Session }

export type MembershipView = { organizationId: string; name: string; type: "customer" | "mss_provider"; status: string; role: string | null }

export type Moment = string

export type NextStep = { mfaRequired: true; challenge: "SOFTWARE_TOKEN_MFA" | "NEW_PASSWORD_REQUIRED"; session: string }

export type Notification = { id: string; type: string; title: string; body: string; link: string | null; readAt: string | null; createdAt: string }

export type NotificationPreferences = { "user.roles_changed": { inApp: boolean; email: boolean }; "user.unlocked": { inApp: boolean; email: boolean }; "user.joined": { inApp: boolean; email: boolean }; "auth.device.appeared": { inApp: boolean; email: boolean }; "group.member_added": { inApp: boolean; email: boolean }; "unit.created": { inApp: boolean; email: boolean }; "unit.owner_changed": { inApp: boolean; email: boolean }; "access_request.approved": { inApp: boolean; email: boolean }; "access_request.refused": { inApp: boolean; email: boolean }; "access_request.expired": { inApp: boolean; email: boolean } }

export type Organization = { id: string; name: string; slug: string; type: "customer" | "mss_provider"; status: "trial" | "active" | "suspended" | "offboarding" | "closed"; statusReason: string | null; closesAt: string | null; provider: ProviderLink | null; domain: string | null; ssoEnabled: boolean; contact: Contact | null; settings: Settings; createdAt: string; createdBy: string; updatedAt: string; version: number }

export type OrganizationPatch = { name?: string; domain?: string | null; contact?: { email?: string | null; phone?: string | null; address?: { line1?: string | null; line2?: string | null; city?: string | null; region?: string | null; postalCode?: string | null; country?: string | null } | null } | null; settings?: { mfaRequired?: boolean | null; apiKeysFollowMaker?: boolean | null; unitNameUniqueness?: "siblings" | "organization" | null; auditRetentionDays?: number | null; sessionPolicy?: { idleMinutes?: number | null; lifetimeMinutes?: number | null } | null; branding?: { displayName?: string | null; logoUrl?: string | null; primaryColor?: string | null } | null } | null }

export type OwnType = string

export type Permission = { id: string | null; name: string; displayName: string | null; description: string; category: string; isSystem: boolean; createdAt: string | null }

export type ProviderLink = { organizationId: string; since: string; endedAt: string | null }

export type Readiness = { status: "ready" | "not ready"; timestamp: string; checks: { database: { status: "ok" | "failed"; message?: string; durationMs?: number; lagSeconds?: number }; identity: { status: "ok" | "failed"; message?: string; durationMs?: number; lagSeconds?: number }; events: { status: "ok" | "failed"; message?: string; durationMs?: number; lagSeconds?: number }; seedData: { status: "ok" | "failed"; message?: string; durationMs?: number; lagSeconds?: number }; relayLag: { status: "ok" | "failed"; message?: string; durationMs?: number; lagSeconds?: number } } }

export type RecordedEntry = { id: string; action: string; timestamp: string }

export type RecoveryRequest = { id: string; requestedAt: string; completesAt: string; expiresAt: string }

export type Registration = { registrationId: string; expiresAt: string }

export type Resource = { id: string; organizationId: string; type: OwnType; key: string; displayName: string | null; ownerId: string | null; unitId: string | null; attributes: Record<string, string | number | boolean | Array<string | number | boolean>>; createdAt: string; updatedAt: string; version: number }

export type ResourceType = { id: string; organizationId: string; type: OwnType; displayName: string; description: string | null; actions: Array<{ name: string; permission: string; description: string | null }>; createdAt: string; updatedAt: string; version: number }

export type Role = { id: string; name: string; displayName: string; description: string; permissions: Array<string>; isSystem: true } | { id: string; name: string; displayName: string; description: string; permissions: Array<string>; isSystem: false; organizationId: string; createdAt: string; updatedAt: string; deletedAt: string | null; version: number }

export type RoleAssignment = { id: string; organizationId: string; subject: { type: "user"; id: string } | { type: "group"; id: string } | { type: "api_key"; id: string }; roleId: string | null; permission: string | null; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }; expiresAt: string | null; conditions: Array<{ attribute: string; operator: "equals" | "not_equals"; value: string | number | boolean | { attribute: string } } | { attribute: string; operator: "in" | "not_in"; value: Array<string | number | boolean> } | { attribute: string; operator: "less_than" | "at_most" | "greater_than" | "at_least"; value: number | string } | { attribute: string; operator: "starts_with"; value: string } | { attribute: string; operator: "contains"; value: string | number | boolean } | { attribute: "environment.ip"; operator: "in_network"; value: Array<string> } | { attribute: "environment.time"; operator: "during"; value: { timeZone: string; days: unknown; from: string; to: string | "24:00" } }>; grantedBy: string; createdAt: string; deletedAt: string | null; version: number }

export type Session = { id: string; device: string; ipAddress: string; userAgent: string; status: "active" | "revoked" | "expired"; mfa: boolean; createdAt: string; lastActivityAt: string; expiresAt: string; revokedReason: string | null; current: boolean }

export type Settings = { mfaRequired: boolean; apiKeysFollowMaker: boolean; sessionPolicy: { idleMinutes?: number; lifetimeMinutes?: number }; auditRetentionDays: number; unitNameUniqueness: "siblings" | "organization"; branding: { displayName?: string; logoUrl?: string; primaryColor?: string } }

export type SignInReply = SignedIn | NextStep

export type SignedIn = { mfaRequired: false; mfaSetupRequired: boolean; user: User; tokens: Tokens; deviceToken: string }

export type Status = "invited" | "active" | "disabled" | "locked"

export type TechnicianAccess = { id: string; organizationId: string; technicianId: string; technician: { firstName: string; lastName: string; email: string }; providerId: string; accessLevel: AccessLevel; allowedServices: Array<string>; ipRestrictions: Array<string> | null; timeRestrictions: { timeZone: string; days: unknown; from: string; to: string | "24:00" } | null; expiresAt: string | null; notes: string | null; status: AccessStatus; requestedBy: string | null; grantedBy: string | null; grantedAt: string | null; revokedBy: string | null; revokedAt: string | null; revokedReason: string | null; createdAt: string; updatedAt: string; version: number }

export type Tokens = { accessToken: string; idToken: string; refreshToken: string; expiresIn: number; tokenType: "Bearer" }

export type Unit = { id: string; organizationId: string; parentId: string | null; path: Array<string>; hierarchyLevel: number; name: string; description: string | null; ownerId: string; createdAt: string; updatedAt: string; deletedAt: string | null; version: number }

export type User = { id: string; organizationId: string; email: string; emailVerified: boolean; firstName: string; lastName: string; name: string; phone: string | null; department: string | null; profileImage: string | null; employmentEquity: string | null; unitId: string | null; locale: string; status: Status; lockReason: string | null; role: string | null; roles: Array<UserRole>; mfaEnabled: boolean; reapprovalRequired: boolean; preferences: Record<string, unknown>; metadata: Record<string, unknown>; lastLoginAt: string | null; lastLoginIp: string | null; loginCount: number; createdAt: string; createdBy: string; updatedAt: string; deletedAt: string | null; version: number }

export type UserRole = { id: string; name: string; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }; expiresAt: string | null }

export interface Operations {
  /** Joins the organization that sent the invitation. `POST /api/v1/auth/invitations/accept` */
  acceptInvitation(options: Options & { body: { token: string; password?: string; firstName?: string; lastName?: string; locale?: string } }): Promise<Answer<{ user: User; organization: { id: string; name: string } }>>
  /** Objects to a recovery with the link that was mailed to the address. `POST /api/v1/auth/mfa/recovery-requests/cancel` */
  cancelRecovery(options: Options & { body: { token: string } }): Promise<Answer<undefined>>
  /** Asks for another mail address: a code goes there, and a notice to the present one. `POST /api/v1/auth/email/change` */
  changeEmail(options: Options & { body: { email: string } }): Promise<Answer<{ email: string }>>
  /** Changes your password, and ends all other sessions. `POST /api/v1/auth/password/change` */
  changePassword(options: Options & { body: { currentPassword: string; newPassword: string } }): Promise<Answer<undefined>>
  /** Completes a sign-in with a code of your authenticator app. `POST /api/v1/auth/mfa/complete` */
  completeMfa(options: Options & { body: { email: string; session: string; code: string; deviceToken?: string } }): Promise<Answer<SignInReply>>
  /** Signs in without the lost second factor, once the 72 hours are over and nobody objected. `POST /api/v1/auth/mfa/recovery-requests/complete` */
  completeRecovery(options: Options & { body: { email: string; password: string; deviceToken?: string } }): Promise<Answer<SignedIn>>
  /** Ends one of your sessions: its tokens are refused from the next request on. `DELETE /api/v1/auth/sessions/{id}` */
  endSession(options: Options & { params: { id: string } }): Promise<Answer<undefined>>
  /** Exchanges an API key for an access token, good for an hour at most. `POST /api/v1/auth/token` */
  exchangeKey(options: Options & { body: { apiKey: string } }): Promise<Answer<{ accessToken: string; expiresIn: number; tokenType: "Bearer" }>>
  /** Sends a code and a link to set a new password, if the address is known; the answer does not tell. `POST /api/v1/auth/password/forgot` */
  forgotPassword(options: Options & { body: { email: string; deviceToken?: string } }): Promise<Answer<{ email: string }>>
  /** Makes one more organization of your own, with you as its administrator. `POST /api/v1/auth/organizations` */
  foundOrganization(options: Options & { body: { name: string; slug?: string; type?: "customer" | "mss_provider" } }): Promise<Answer<{ organization: Organization; user: User }>>
  /** Who you are here: your user, organizations, roles, permissions, second factor and session. `GET /api/v1/auth/me` */
  getMe(options?: Options): Promise<Answer<Me>>
  /** Leaves one of your organizations from within another, also one that you cannot enter any more. `POST /api/v1/auth/memberships/{id}/leave` */
  leaveMembership(options: Options & { params: { id: string } }): Promise<Answer<undefined>>
  /** Your sessions, newest first; ended ones for as long as they would have lived. `GET /api/v1/auth/sessions` */
  listSessions(options?: Options & { query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<Session>>>
  /** Signs in with mail address and password. `POST /api/v1/auth/login` */
  login(options: Options & { body: { email: string; password: string; organizationId?: string; deviceToken?: string } }): Promise<Answer<SignInReply>>
  /** Ends this session: its tokens are refused from the next request on. `POST /api/v1/auth/logout` */
  logout(options?: Options): Promise<Answer<undefined>>
  /** Ends all your sessions, this one too. `POST /api/v1/auth/logout-all` */
  logoutAll(options?: Options): Promise<Answer<{ ended: number }>>
  /** Signs in with a backup code after the authenticator app was lost, and ends all other sessions. `POST /api/v1/auth/mfa/recover` */
  recoverMfa(options: Options & { body: { email: string; password: string; backupCode: string; deviceToken?: string } }): Promise<Answer<SignedIn>>
  /** Exchanges a refresh token for new tokens; the old one retires. `POST /api/v1/auth/refresh` */
  refresh(options: Options & { body: { refreshToken: string } }): Promise<Answer<Tokens>>
  /** Begins to register an organization with its first administrator. `POST /api/v1/auth/register` */
  register(options: Options & { body: { organization: { name: string; slug?: string; type?: "customer" | "mss_provider" }; admin: { email: string; password: string; firstName: string; lastName: string; locale?: string } } }): Promise<Answer<Registration>>
  /** Turns your second factor off, voids the backup codes and ends all other sessions. `DELETE /api/v1/auth/mfa` */
  removeMfa(options?: Options): Promise<Answer<undefined>>
  /** Gives ten new backup codes; the old ones are void. `POST /api/v1/auth/mfa/backup-codes` */
  replaceBackupCodes(options?: Options): Promise<Answer<{ backupCodes: Array<string> }>>
  /** Asks to be let in without the lost second factor, when no backup code is left: after 72 hours. `POST /api/v1/auth/mfa/recovery-requests` */
  requestRecovery(options: Options & { body: { email: string; password: string; deviceToken?: string } }): Promise<Answer<RecoveryRequest>>
  /** Sends another code and link for a registration; the ones before end. `POST /api/v1/auth/resend-verification` */
  resendVerification(options: Options & { body: { registrationId: string } }): Promise<Answer<Registration>>
  /** Sets a new password with the code or the link that was mailed, and ends all sessions. `POST /api/v1/auth/password/reset` */
  resetPassword(options: Options & { body: { email: string; code: string; newPassword: string } | { token: string; newPassword: string } }): Promise<Answer<undefined>>
  /** Chooses the organization that manages your account while you belong to it alone. `PUT /api/v1/auth/home` */
  setHome(options: Options & { body: { organizationId: string } }): Promise<Answer<{ homeOrganizationId: string }>>
  /** Goes on with a sign-in that demands a new password, and ends all other sessions. `POST /api/v1/auth/new-password` */
  setNewPassword(options: Options & { body: { email: string; session: string; newPassword: string; deviceToken?: string } }): Promise<Answer<SignInReply>>
  /** Gives a secret for your authenticator app, as text, as link and as QR code. `POST /api/v1/auth/mfa/setup` */
  setUpMfa(options: Options & { body: { password: string } }): Promise<Answer<{ secret: string; otpauthUri: string; qrSvg: string }>>
  /** Proves once more who you are: this session is fresh for five minutes. `POST /api/v1/auth/step-up` */
  stepUp(options: Options & { body: { password: string } | { code: string } }): Promise<Answer<{ freshUntil: string }>>
  /** Undoes a change of mail address with the link that was mailed to the old one, within 72 hours. `POST /api/v1/auth/email/undo` */
  undoEmailChange(options: Options & { body: { token: string } }): Promise<Answer<undefined>>
  /** Changes what is yours alone to say of your user here, by a JSON merge patch (RFC 7396): null empties a field. `PATCH /api/v1/auth/me` */
  updateMe(options?: Options & { body?: { locale?: string | null } }): Promise<Answer<User>>
  /** Proves that a mail address is yours, and so finishes what waits for it. `POST /api/v1/auth/verify-email` */
  verifyEmail(options: Options & { body: { registrationId: string; code: string } | { token: string; password: string } | { email: string; code: string } }): Promise<Answer<{ organization: Organization; user: User } | { email: string; emailVerified: true }>>
  /** Turns the second factor on with the first code of your authenticator app, and gives ten backup codes. `POST /api/v1/auth/mfa/verify` */
  verifyMfa(options: Options & { body: { code: string } }): Promise<Answer<{ backupCodes: Array<string> }>>
  /** Ends the trial of a customer, or its suspension. `POST /api/v1/organizations/{id}/activate` */
  activateOrganization(options: Options & { params: { id: string }; body?: { reason?: string }; idempotencyKey?: string }): Promise<Answer<Organization>>
  /** Calls off the closing of a customer, whose moment has not come yet: it goes on being offboarded. `POST /api/v1/organizations/{id}/cancel-closing` */
  cancelClosing(options: Options & { params: { id: string }; idempotencyKey?: string }): Promise<Answer<Organization>>
  /** Closes a customer that was offboarded, in 72 hours: nobody enters it from then on, and the provider sees its record alone. `POST /api/v1/organizations/{id}/close` */
  closeOrganization(options: Options & { params: { id: string }; body?: { reason?: string }; idempotencyKey?: string }): Promise<Answer<Organization>>
  /** Makes a customer of this provider, and invites its administrator by mail. `POST /api/v1/organizations` */
  createCustomerOrganization(options: Options & { body: { name: string; slug?: string; domain?: string | null; contact?: { email?: string | null; phone?: string | null; address?: { line1?: string | null; line2?: string | null; city?: string | null; region?: string | null; postalCode?: string | null; country?: string | null } | null } | null; settings?: { mfaRequired?: boolean | null; apiKeysFollowMaker?: boolean | null; unitNameUniqueness?: "siblings" | "organization" | null; auditRetentionDays?: number | null; sessionPolicy?: { idleMinutes?: number | null; lifetimeMinutes?: number | null } | null; branding?: { displayName?: string | null; logoUrl?: string | null; primaryColor?: string | null } | null } | null; admin?: { email: string; firstName: string; lastName: string; locale?: string } }; idempotencyKey?: string }): Promise<Answer<Organization>>
  /** Adds a person to a customer and invites them by mail. `POST /api/v1/organizations/{id}/users` */
  createOrganizationUser(options: Options & { params: { id: string }; body: { email: string; firstName: string; lastName: string; phone?: string; department?: string; profileImage?: string; employmentEquity?: string; locale?: string; preferences?: Record<string, unknown>; metadata?: Record<string, unknown>; roleIds?: Array<string>; unitId?: string }; idempotencyKey?: string }): Promise<Answer<User>>
  /** Ends the link to the provider that made this organization: it is shut out at its next request. `DELETE /api/v1/organization/provider` */
  endProvider(options?: Options): Promise<Answer<undefined>>
  /** Reads a customer. `GET /api/v1/organizations/{id}` */
  getCustomerOrganization(options: Options & { params: { id: string } }): Promise<Answer<Organization>>
  /** Reads the own organization. `GET /api/v1/organization` */
  getOrganization(options?: Options): Promise<Answer<Organization>>
  /** Leaves the organization: your membership, your roles and the sessions that you began here end at once. `POST /api/v1/organization/leave` */
  leaveOrganization(options?: Options & { idempotencyKey?: string }): Promise<Answer<undefined>>
  /** Lists everything that happened to the own organization, newest first. `GET /api/v1/organization/history` */
  listOrganizationHistory(options?: Options & { query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<HistoryEvent>>>
  /** Lists the users of a customer, or finds them by the beginnings of their names or mail address. `GET /api/v1/organizations/{id}/users` */
  listOrganizationUsers(options: Options & { params: { id: string }; query?: { limit?: number; cursor?: string; q?: string; status?: Status; roleId?: string; groupId?: string; unitId?: string } }): Promise<Answer<Page<User>>>
  /** Lists the customers that this provider made, of those whom the caller may read. `GET /api/v1/organizations` */
  listOrganizations(options?: Options & { query?: { limit?: number; cursor?: string; status?: "trial" | "active" | "suspended" | "offboarding" | "closed" } }): Promise<Answer<Page<Customer>>>
  /** Begins the leaving of a customer: its members read and export, and change nothing any more. `POST /api/v1/organizations/{id}/offboard` */
  offboardOrganization(options: Options & { params: { id: string }; body?: { reason?: string }; idempotencyKey?: string }): Promise<Answer<Organization>>
  /** Shuts a customer to all its members, in force at their next request, until it is activated. `POST /api/v1/organizations/{id}/suspend` */
  suspendOrganization(options: Options & { params: { id: string }; body: { reason: string }; idempotencyKey?: string }): Promise<Answer<Organization>>
  /** Changes the record of a customer by a JSON merge patch (RFC 7396). `PATCH /api/v1/organizations/{id}` */
  updateCustomerOrganization(options: Options & { params: { id: string }; body?: OrganizationPatch }): Promise<Answer<Organization>>
  /** Changes the own organization by a JSON merge patch (RFC 7396): null empties a field or restores its default. `PATCH /api/v1/organization` */
  updateOrganization(options?: Options & { body?: OrganizationPatch }): Promise<Answer<Organization>>
  /** Lets a deactivated user in again. `POST /api/v1/users/{id}/activate` */
  activateUser(options: Options & { params: { id: string }; idempotencyKey?: string }): Promise<Answer<User>>
  /** Adds a person to the organization and invites them by mail. `POST /api/v1/users` */
  createUser(options: Options & { body: { email: string; firstName: string; lastName: string; phone?: string; department?: string; profileImage?: string; employmentEquity?: string; locale?: string; preferences?: Record<string, unknown>; metadata?: Record<string, unknown>; roleIds?: Array<string>; unitId?: string }; idempotencyKey?: string }): Promise<Answer<User>>
  /** Keeps a user out of this organization until activated again, in force at their next request. `POST /api/v1/users/{id}/deactivate` */
  deactivateUser(options: Options & { params: { id: string }; idempotencyKey?: string }): Promise<Answer<User>>
  /** Removes a user, whose sessions here end at once. They can be restored for 30 days. `DELETE /api/v1/users/{id}` */
  deleteUser(options: Options & { params: { id: string } }): Promise<Answer<undefined>>
  /** Ends every session that a user began in this organization, in force at the next request. `DELETE /api/v1/users/{id}/sessions` */
  endUserSessions(options: Options & { params: { id: string } }): Promise<Answer<undefined>>
  /** Reads a user. `GET /api/v1/users/{id}` */
  getUser(options: Options & { params: { id: string } }): Promise<Answer<User>>
  /** Sends the invitation again, with a new link; the old one ends at once. `POST /api/v1/users/{id}/invite` */
  inviteUser(options: Options & { params: { id: string }; idempotencyKey?: string }): Promise<Answer<User>>
  /** Lists the users who were invited and have not accepted yet, newest first; those whose invitation has expired too. `GET /api/v1/invitations` */
  listInvitations(options?: Options & { query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<Invitation>>>
  /** Lists what a user did, newest first: their entries in the audit log. `GET /api/v1/users/{id}/activity` */
  listUserActivity(options: Options & { params: { id: string }; query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<AuditEntry>>>
  /** Lists everything that happened to a user, newest first. `GET /api/v1/users/{id}/history` */
  listUserHistory(options: Options & { params: { id: string }; query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<HistoryEvent>>>
  /** Lists everything a user may do now, by name; `users:*` stands for every action on users. `GET /api/v1/users/{id}/permissions` */
  listUserPermissions(options: Options & { params: { id: string } }): Promise<Answer<Page<string>>>
  /** Lists the roles of a user, their own and those of their groups: where they hold, until when, and who gave them. `GET /api/v1/users/{id}/roles` */
  listUserRoles(options: Options & { params: { id: string } }): Promise<Answer<Page<AssignedRole>>>
  /** Lists the sessions that a user began in this organization, newest first. `GET /api/v1/users/{id}/sessions` */
  listUserSessions(options: Options & { params: { id: string } }): Promise<Answer<Page<Session>>>
  /** Lists the users of the organization, or finds them by the beginnings of their names or mail address. `GET /api/v1/users` */
  listUsers(options?: Options & { query?: { limit?: number; cursor?: string; q?: string; status?: Status; roleId?: string; groupId?: string; unitId?: string } }): Promise<Answer<Page<User>>>
  /** Locks a user out of this organization, for a reason that they are told, in force at their next request. `POST /api/v1/users/{id}/lock` */
  lockUser(options: Options & { params: { id: string }; body: { reason: string }; idempotencyKey?: string }): Promise<Answer<User>>
  /** Puts a user into another unit, or into none. `POST /api/v1/users/{id}/move` */
  moveUser(options: Options & { params: { id: string }; body: { unitId: string | null }; idempotencyKey?: string }): Promise<Answer<User>>
  /** Lets a user go on here whose account was recovered. `POST /api/v1/users/{id}/reapprove` */
  reapproveUser(options: Options & { params: { id: string }; idempotencyKey?: string }): Promise<Answer<User>>
  /** Objects to the recovery of a lost second factor that a user waits for, which ends it. `DELETE /api/v1/users/{id}/recovery` */
  refuseRecovery(options: Options & { params: { id: string } }): Promise<Answer<undefined>>
  /** Replaces all writable fields of a user; those left out are emptied. `PUT /api/v1/users/{id}` */
  replaceUser(options: Options & { params: { id: string }; body: { email: string; firstName: string; lastName: string; phone?: string | null; department?: string | null; profileImage?: string | null; employmentEquity?: string | null; locale?: string | null; preferences?: Record<string, unknown> | null; metadata?: Record<string, unknown> | null } }): Promise<Answer<User>>
  /** Removes a user's second factor, for instance after a lost phone, and ends all their sessions. `POST /api/v1/users/{id}/reset-mfa` */
  resetUserMfa(options: Options & { params: { id: string }; idempotencyKey?: string }): Promise<Answer<User>>
  /** Asks a user to choose a new password: they get a mail, and nothing else changes. `POST /api/v1/users/{id}/reset-password` */
  resetUserPassword(options: Options & { params: { id: string }; idempotencyKey?: string }): Promise<Answer<User>>
  /** Brings a removed user back, as they were; one who left, never accepted, or belongs to another organization by now is invited again. `POST /api/v1/users/{id}/restore` */
  restoreUser(options: Options & { params: { id: string }; idempotencyKey?: string }): Promise<Answer<User>>
  /** Gives a user exactly these roles in the organization. `PUT /api/v1/users/{id}/roles` */
  setUserRoles(options: Options & { params: { id: string }; body: { roleIds: Array<string> } }): Promise<Answer<User>>
  /** Lifts the lock of a user. `POST /api/v1/users/{id}/unlock` */
  unlockUser(options: Options & { params: { id: string }; idempotencyKey?: string }): Promise<Answer<User>>
  /** Changes a user by a JSON merge patch (RFC 7396): null empties a field. `PATCH /api/v1/users/{id}` */
  updateUser(options: Options & { params: { id: string }; body?: { email?: string; firstName?: string; lastName?: string; phone?: string | null; department?: string | null; profileImage?: string | null; employmentEquity?: string | null; locale?: string | null; preferences?: Record<string, unknown> | null; metadata?: Record<string, unknown> | null } }): Promise<Answer<User>>
  /** Withdraws an invitation: its link no longer works, the invited user is removed, and the address is free. `DELETE /api/v1/invitations/{id}` */
  withdrawInvitation(options: Options & { params: { id: string } }): Promise<Answer<undefined>>
  /** Makes a unit, at the top or under another one, and tells whoever is to look after it. `POST /api/v1/units` */
  createUnit(options: Options & { body: { name: string; description?: string; ownerId: string; parentId?: string }; idempotencyKey?: string }): Promise<Answer<Unit>>
  /** Removes a unit in which nothing lies any more, neither units nor users. `DELETE /api/v1/units/{id}` */
  deleteUnit(options: Options & { params: { id: string } }): Promise<Answer<undefined>>
  /** Reads a unit. `GET /api/v1/units/{id}` */
  getUnit(options: Options & { params: { id: string } }): Promise<Answer<Unit>>
  /** Lists everything that happened to a unit, newest first. `GET /api/v1/units/{id}/history` */
  listUnitHistory(options: Options & { params: { id: string }; query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<HistoryEvent>>>
  /** Lists a unit and all below it, in the order of the tree: each before what lies under it. `GET /api/v1/units/{id}/subtree` */
  listUnitSubtree(options: Options & { params: { id: string }; query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<Unit>>>
  /** Lists the users of a unit, without those of the units below it. `GET /api/v1/units/{id}/users` */
  listUnitUsers(options: Options & { params: { id: string }; query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<User>>>
  /** Lists the units of the organization, or finds them by the beginnings of the words of their names. `GET /api/v1/units` */
  listUnits(options?: Options & { query?: { limit?: number; cursor?: string; q?: string; ownerId?: string; parentId?: string } }): Promise<Answer<Page<Unit>>>
  /** Moves a unit, with all that lies in it, under another one or to the top (`newParentId: null`). `POST /api/v1/units/{id}/move` */
  moveUnit(options: Options & { params: { id: string }; body: { newParentId: string | null }; idempotencyKey?: string }): Promise<Answer<Unit>>
  /** Changes a unit by a JSON merge patch (RFC 7396): null empties the description. `PATCH /api/v1/units/{id}` */
  updateUnit(options: Options & { params: { id: string }; body?: { name?: string; description?: string | null; ownerId?: string } }): Promise<Answer<Unit>>
  /** Puts a user into a group, who holds from their next request on what it and the groups above it hold. `POST /api/v1/groups/{id}/members` */
  addGroupMember(options: Options & { params: { id: string }; body: { userId: string; roleInGroup?: string }; idempotencyKey?: string }): Promise<Answer<GroupMember>>
  /** Makes a group, at the top or under another one: it holds nothing yet but what those above it hold. `POST /api/v1/groups` */
  createGroup(options: Options & { body: { name: string; description?: string; type?: string; parentId?: string }; idempotencyKey?: string }): Promise<Answer<Group>>
  /** Removes a group in which nobody is, and under which no other lies. `DELETE /api/v1/groups/{id}` */
  deleteGroup(options: Options & { params: { id: string } }): Promise<Answer<undefined>>
  /** Reads a group. `GET /api/v1/groups/{id}` */
  getGroup(options: Options & { params: { id: string } }): Promise<Answer<Group>>
  /** Lists everything that happened to a group, newest first. `GET /api/v1/groups/{id}/history` */
  listGroupHistory(options: Options & { params: { id: string }; query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<HistoryEvent>>>
  /** Lists who is in a group, themselves and not by a group below; it trails a change by about a second. `GET /api/v1/groups/{id}/members` */
  listGroupMembers(options: Options & { params: { id: string }; query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<GroupMember>>>
  /** Lists the groups that the caller may see, or finds them by the beginnings of the words of their names. `GET /api/v1/groups` */
  listGroups(options?: Options & { query?: { limit?: number; cursor?: string; q?: string; roleId?: string; parentId?: string } }): Promise<Answer<Page<Group>>>
  /** Lists the groups that a user is in themselves, as far as the caller may see them. `GET /api/v1/users/{id}/groups` */
  listUserGroups(options: Options & { params: { id: string }; query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<Group>>>
  /** Moves a group, with all below it, under another one or to the top (`newParentId: null`). `POST /api/v1/groups/{id}/move` */
  moveGroup(options: Options & { params: { id: string }; body: { newParentId: string | null }; idempotencyKey?: string }): Promise<Answer<Group>>
  /** Takes a user out of a group: what they held by it they hold no more at their next request. `DELETE /api/v1/groups/{id}/members/{userId}` */
  removeGroupMember(options: Options & { params: { id: string; userId: string } }): Promise<Answer<undefined>>
  /** Changes a group by a JSON merge patch (RFC 7396): null empties description and type. `PATCH /api/v1/groups/{id}` */
  updateGroup(options: Options & { params: { id: string }; body?: { name?: string; description?: string | null; type?: string | null } }): Promise<Answer<Group>>
  /** Adds a permission of the organization’s own, for its own applications to ask about. `POST /api/v1/permissions` */
  createPermission(options: Options & { body: { name: string; description: string; displayName?: string; category?: string }; idempotencyKey?: string }): Promise<Answer<Permission>>
  /** Makes a role of the organization’s own. `POST /api/v1/roles` */
  createRole(options: Options & { body: { name: string; displayName: string; description?: string; permissions: Array<string> }; idempotencyKey?: string }): Promise<Answer<Role>>
  /** Gives a user, an API key, or everybody in a group, a role or a permission: in a unit or a group with all below it, or for one resource. `POST /api/v1/role-assignments` */
  createRoleAssignment(options: Options & { body: { subject: { type: "user"; id: string } | { type: "group"; id: string } | { type: "api_key"; id: string }; roleId?: string; permission?: string; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }; expiresAt?: string; conditions?: Array<{ attribute: string; operator: "equals" | "not_equals"; value: string | number | boolean | { attribute: string } } | { attribute: string; operator: "in" | "not_in"; value: Array<string | number | boolean> } | { attribute: string; operator: "less_than" | "at_most" | "greater_than" | "at_least"; value: number | string } | { attribute: string; operator: "starts_with"; value: string } | { attribute: string; operator: "contains"; value: string | number | boolean } | { attribute: "environment.ip"; operator: "in_network"; value: Array<string> } | { attribute: "environment.time"; operator: "during"; value: { timeZone: string; days: Array<number>; from: string; to: string | "24:00" } }> }; idempotencyKey?: string }): Promise<Answer<RoleAssignment>>
  /** Removes a role: whoever holds it loses it at their next request. `DELETE /api/v1/roles/{id}` */
  deleteRole(options: Options & { params: { id: string } }): Promise<Answer<undefined>>
  /** Takes away what was given: it is held no more at the next request. `DELETE /api/v1/role-assignments/{id}` */
  deleteRoleAssignment(options: Options & { params: { id: string } }): Promise<Answer<undefined>>
  /** Reads a role. `GET /api/v1/roles/{id}` */
  getRole(options: Options & { params: { id: string } }): Promise<Answer<Role>>
  /** Reads who was given what. `GET /api/v1/role-assignments/{id}` */
  getRoleAssignment(options: Options & { params: { id: string } }): Promise<Answer<RoleAssignment>>
  /** Lists every permission that there is here: those of the product by name, then the organization’s own. `GET /api/v1/permissions` */
  listPermissions(options?: Options & { query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<Permission>>>
  /** Lists everything that happened to an assignment, newest first. `GET /api/v1/role-assignments/{id}/history` */
  listRoleAssignmentHistory(options: Options & { params: { id: string }; query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<HistoryEvent>>>
  /** Lists who was given what, where, until when and under which conditions. `GET /api/v1/role-assignments` */
  listRoleAssignments(options?: Options & { query?: { limit?: number; cursor?: string; subjectId?: string; roleId?: string } }): Promise<Answer<Page<RoleAssignment>>>
  /** Lists everything that happened to a role, newest first. `GET /api/v1/roles/{id}/history` */
  listRoleHistory(options: Options & { params: { id: string }; query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<HistoryEvent>>>
  /** Lists the roles that can be given in this organization, with what each allows: those of the system, then its own. `GET /api/v1/roles` */
  listRoles(options?: Options & { query?: { limit?: number; cursor?: string; q?: string } }): Promise<Answer<Page<Role>>>
  /** Gives a role exactly these permissions, for everybody who holds it, from their next request on. `PUT /api/v1/roles/{id}/permissions` */
  setRolePermissions(options: Options & { params: { id: string }; body: { permissions: Array<string> } }): Promise<Answer<Role>>
  /** Changes what a role is called, or is for, by a JSON merge patch (RFC 7396): null empties the description. `PATCH /api/v1/roles/{id}` */
  updateRole(options: Options & { params: { id: string }; body?: { displayName?: string; description?: string | null } }): Promise<Answer<Role>>
  /** Makes an API key, whose secret is shown this once. `POST /api/v1/api-keys` */
  createApiKey(options: Options & { body: { name: string; roleIds?: Array<string>; permissions?: Array<string>; scopes?: Array<{ type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }>; expiresAt?: string } }): Promise<Answer<ApiKeyWithSecret>>
  /** Removes an API key; its tokens are refused from the next request on. `DELETE /api/v1/api-keys/{id}` */
  deleteApiKey(options: Options & { params: { id: string } }): Promise<Answer<undefined>>
  /** Reads an API key. `GET /api/v1/api-keys/{id}` */
  getApiKey(options: Options & { params: { id: string } }): Promise<Answer<ApiKey>>
  /** Lists everything that happened to an API key, newest first. `GET /api/v1/api-keys/{id}/history` */
  listApiKeyHistory(options: Options & { params: { id: string }; query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<HistoryEvent>>>
  /** Lists the API keys of the organization, newest first; their secrets are shown to nobody. `GET /api/v1/api-keys` */
  listApiKeys(options?: Options & { query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<ApiKey>>>
  /** Gives an API key another secret, shown this once. `POST /api/v1/api-keys/{id}/rotate` */
  rotateApiKey(options: Options & { params: { id: string }; body?: { overlapHours?: number } }): Promise<Answer<ApiKeyWithSecret>>
  /** Lets a technician in as their provider asked for. `POST /api/v1/technician-access/{id}/approve` */
  approveTechnicianAccess(options: Options & { params: { id: string }; idempotencyKey?: string }): Promise<Answer<TechnicianAccess>>
  /** Reads the access of a technician, or what the provider asks for. `GET /api/v1/technician-access/{id}` */
  getTechnicianAccess(options: Options & { params: { id: string } }): Promise<Answer<TechnicianAccess>>
  /** Lets a technician of the provider in, within limits. `POST /api/v1/technician-access` */
  grantTechnicianAccess(options: Options & { body: { technicianId: string; accessLevel: AccessLevel; allowedServices: Array<string>; ipRestrictions?: Array<string>; timeRestrictions?: { timeZone: string; days: Array<number>; from: string; to: string | "24:00" }; expiresAt?: string; notes?: string }; idempotencyKey?: string }): Promise<Answer<TechnicianAccess>>
  /** Lists the customers that you may enter as a technician, and within which limits. `GET /api/v1/customer-access` */
  listCustomerAccess(options?: Options & { query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<CustomerAccess>>>
  /** Lists whom of the provider this organization let in, and whom it is asked to let in, newest first. `GET /api/v1/technician-access` */
  listTechnicianAccess(options?: Options & { query?: { limit?: number; cursor?: string; technicianId?: string; status?: AccessStatus } }): Promise<Answer<Page<TechnicianAccess>>>
  /** Lists everything that happened to the access of a technician, newest first. `GET /api/v1/technician-access/{id}/history` */
  listTechnicianAccessHistory(options: Options & { params: { id: string }; query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<HistoryEvent>>>
  /** What a technician was shown, changed and was refused under an access, newest first. `GET /api/v1/technician-access/{id}/activity` */
  listTechnicianActivity(options: Options & { params: { id: string }; query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<AuditEntry>>>
  /** Asks a customer to let a technician in: oneself, or another of this provider. `POST /api/v1/technician-access/requests` */
  requestTechnicianAccess(options: Options & { body: { organizationId: string; technicianId?: string; accessLevel: AccessLevel; allowedServices: Array<string>; ipRestrictions?: Array<string>; timeRestrictions?: { timeZone: string; days: Array<number>; from: string; to: string | "24:00" }; expiresAt?: string; notes?: string }; idempotencyKey?: string }): Promise<Answer<TechnicianAccess>>
  /** Ends the access of a technician, in force at their next request; of one that is asked for, refuses it. `POST /api/v1/technician-access/{id}/revoke` */
  revokeTechnicianAccess(options: Options & { params: { id: string }; body: { reason: string }; idempotencyKey?: string }): Promise<Answer<TechnicianAccess>>
  /** Registers a thing of a registered type, so that access to it can be decided by where it lies, whose it is and what it is like. `POST /api/v1/access/resources` */
  createResource(options: Options & { body: { type: OwnType; key: string; displayName?: string; ownerId?: string; unitId?: string; attributes?: Record<string, string | number | boolean | Array<string | number | boolean>> }; idempotencyKey?: string }): Promise<Answer<Resource>>
  /** Registers a type of the organization’s own things; its actions become permissions such as `order:approve`. `POST /api/v1/access/resource-types` */
  createResourceType(options: Options & { body: { type: OwnType; displayName: string; description?: string; actions: Array<{ name: string; description?: string }> }; idempotencyKey?: string }): Promise<Answer<ResourceType>>
  /** Takes a thing out. `DELETE /api/v1/access/resources/{id}` */
  deleteResource(options: Options & { params: { id: string } }): Promise<Answer<undefined>>
  /** Takes a type out: nothing of it is registered any more. What is registered stays until it is taken out itself. `DELETE /api/v1/access/resource-types/{id}` */
  deleteResourceType(options: Options & { params: { id: string } }): Promise<Answer<undefined>>
  /** Reads a registered thing. `GET /api/v1/access/resources/{id}` */
  getResource(options: Options & { params: { id: string } }): Promise<Answer<Resource>>
  /** Reads a type. `GET /api/v1/access/resource-types/{id}` */
  getResourceType(options: Options & { params: { id: string } }): Promise<Answer<ResourceType>>
  /** Lists everything that happened to a registered thing, newest first. `GET /api/v1/access/resources/{id}/history` */
  listResourceHistory(options: Options & { params: { id: string }; query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<HistoryEvent>>>
  /** Lists everything that happened to a type, newest first. `GET /api/v1/access/resource-types/{id}/history` */
  listResourceTypeHistory(options: Options & { params: { id: string }; query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<HistoryEvent>>>
  /** Lists the types of the organization’s own things, with what can be done with them. `GET /api/v1/access/resource-types` */
  listResourceTypes(options?: Options & { query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<ResourceType>>>
  /** Lists registered things, of a type or in a unit. `GET /api/v1/access/resources` */
  listResources(options?: Options & { query?: { limit?: number; cursor?: string; type?: OwnType; unitId?: string } }): Promise<Answer<Page<Resource>>>
  /** Changes a thing by a JSON merge patch (RFC 7396): null takes away owner, unit or an attribute. `PATCH /api/v1/access/resources/{id}` */
  updateResource(options: Options & { params: { id: string }; body?: { displayName?: string | null; ownerId?: string | null; unitId?: string | null; attributes?: Record<string, string | number | boolean | Array<string | number | boolean> | null> } }): Promise<Answer<Resource>>
  /** Changes a type by a JSON merge patch (RFC 7396). Roles keep permissions whose action is gone. `PATCH /api/v1/access/resource-types/{id}` */
  updateResourceType(options: Options & { params: { id: string }; body?: { displayName?: string; description?: string | null; actions?: Array<{ name: string; description?: string }> } }): Promise<Answer<ResourceType>>
  /** Says whether somebody may do something, and why, or what would let them. `POST /api/v1/access/evaluate` */
  evaluateAccess(options: Options & { body: { userId?: string; permission: string; resource?: AskedResource; context?: { ip?: string; time?: string; service?: string; mfa?: boolean } }; idempotencyKey?: string }): Promise<Answer<{ allowed: boolean; because: Array<{ holderId: string; assignmentId: string; groups: Array<string>; roleId: string | null; permission: string; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }; conditions: Array<{ attribute: string; operator: "equals" | "not_equals"; value: string | number | boolean | { attribute: string } } | { attribute: string; operator: "in" | "not_in"; value: Array<string | number | boolean> } | { attribute: string; operator: "less_than" | "at_most" | "greater_than" | "at_least"; value: number | string } | { attribute: string; operator: "starts_with"; value: string } | { attribute: string; operator: "contains"; value: string | number | boolean } | { attribute: "environment.ip"; operator: "in_network"; value: Array<string> } | { attribute: "environment.time"; operator: "during"; value: { timeZone: string; days: unknown; from: string; to: string | "24:00" } }> }>; missing: Array<{ grants: Array<{ to: string; permission: string | null; roleId: string | null; groupId: string | null; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string } | null }> }>; nearMisses: Array<{ assignmentId: string; permission: string; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }; because: "expired" | "scope" | "condition"; conditions: Array<{ attribute: string; operator: "equals" | "not_equals"; value: string | number | boolean | { attribute: string } } | { attribute: string; operator: "in" | "not_in"; value: Array<string | number | boolean> } | { attribute: string; operator: "less_than" | "at_most" | "greater_than" | "at_least"; value: number | string } | { attribute: string; operator: "starts_with"; value: string } | { attribute: string; operator: "contains"; value: string | number | boolean } | { attribute: "environment.ip"; operator: "in_network"; value: Array<string> } | { attribute: "environment.time"; operator: "during"; value: { timeZone: string; days: unknown; from: string; to: string | "24:00" } }> }>; barredBy: { reason: "status" | "expiry" | "limit" | "maker"; condition: { attribute: string; operator: "equals" | "not_equals"; value: string | number | boolean | { attribute: string } } | { attribute: string; operator: "in" | "not_in"; value: Array<string | number | boolean> } | { attribute: string; operator: "less_than" | "at_most" | "greater_than" | "at_least"; value: number | string } | { attribute: string; operator: "starts_with"; value: string } | { attribute: string; operator: "contains"; value: string | number | boolean } | { attribute: "environment.ip"; operator: "in_network"; value: Array<string> } | { attribute: "environment.time"; operator: "during"; value: { timeZone: string; days: unknown; from: string; to: string | "24:00" } } | null } | null; policyVersion: number }>>
  /** Answers up to 100 such questions, in their order. `POST /api/v1/access/evaluate-batch` */
  evaluateAccessBatch(options: Options & { body: { evaluations: Array<{ userId?: string; permission: string; resource?: AskedResource; context?: { ip?: string; time?: string; service?: string; mfa?: boolean } }> }; idempotencyKey?: string }): Promise<Answer<Array<{ allowed: boolean; because: Array<{ holderId: string; assignmentId: string; groups: Array<string>; roleId: string | null; permission: string; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }; conditions: Array<{ attribute: string; operator: "equals" | "not_equals"; value: string | number | boolean | { attribute: string } } | { attribute: string; operator: "in" | "not_in"; value: Array<string | number | boolean> } | { attribute: string; operator: "less_than" | "at_most" | "greater_than" | "at_least"; value: number | string } | { attribute: string; operator: "starts_with"; value: string } | { attribute: string; operator: "contains"; value: string | number | boolean } | { attribute: "environment.ip"; operator: "in_network"; value: Array<string> } | { attribute: "environment.time"; operator: "during"; value: { timeZone: string; days: unknown; from: string; to: string | "24:00" } }> }>; missing: Array<{ grants: Array<{ to: string; permission: string | null; roleId: string | null; groupId: string | null; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string } | null }> }>; nearMisses: Array<{ assignmentId: string; permission: string; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }; because: "expired" | "scope" | "condition"; conditions: Array<{ attribute: string; operator: "equals" | "not_equals"; value: string | number | boolean | { attribute: string } } | { attribute: string; operator: "in" | "not_in"; value: Array<string | number | boolean> } | { attribute: string; operator: "less_than" | "at_most" | "greater_than" | "at_least"; value: number | string } | { attribute: string; operator: "starts_with"; value: string } | { attribute: string; operator: "contains"; value: string | number | boolean } | { attribute: "environment.ip"; operator: "in_network"; value: Array<string> } | { attribute: "environment.time"; operator: "during"; value: { timeZone: string; days: unknown; from: string; to: string | "24:00" } }> }>; barredBy: { reason: "status" | "expiry" | "limit" | "maker"; condition: { attribute: string; operator: "equals" | "not_equals"; value: string | number | boolean | { attribute: string } } | { attribute: string; operator: "in" | "not_in"; value: Array<string | number | boolean> } | { attribute: string; operator: "less_than" | "at_most" | "greater_than" | "at_least"; value: number | string } | { attribute: string; operator: "starts_with"; value: string } | { attribute: string; operator: "contains"; value: string | number | boolean } | { attribute: "environment.ip"; operator: "in_network"; value: Array<string> } | { attribute: "environment.time"; operator: "during"; value: { timeZone: string; days: unknown; from: string; to: string | "24:00" } } | null } | null; policyVersion: number }>>>
  /** Access Evaluation API of OpenID AuthZEN 1.0. `POST /access/v1/evaluation` */
  evaluateAuthzen(options: Options & { body: AuthzenRequest }): Promise<Answer<AuthzenDecision>>
  /** Access Evaluations API of OpenID AuthZEN 1.0: up to 100 at once, of which the request itself says the defaults. `POST /access/v1/evaluations` */
  evaluateAuthzenMany(options?: Options & { body?: { subject?: { type: string; id: string; properties?: Record<string, unknown> }; action?: { name: string; properties?: Record<string, unknown> }; resource?: { type: string; id: string; properties?: Record<string, unknown> }; context?: Record<string, unknown>; evaluations?: Array<{ subject?: { type: string; id: string; properties?: Record<string, unknown> }; action?: { name: string; properties?: Record<string, unknown> }; resource?: { type: string; id: string; properties?: Record<string, unknown> }; context?: Record<string, unknown> }>; options?: { evaluations_semantic?: "execute_all" | "deny_on_first_deny" | "permit_on_first_permit" } } }): Promise<Answer<AuthzenDecision | { evaluations: Array<AuthzenDecision> }>>
  /** Where the AuthZEN endpoints are. `GET /.well-known/authzen-configuration` */
  getAuthzenConfiguration(options?: Options): Promise<Answer<AuthzenConfiguration>>
  /** Says what was refused, why, and what would let you do it now. `GET /api/v1/access/denials/{reference}` */
  getDenial(options: Options & { params: { reference: DenialReference } }): Promise<Answer<Denial>>
  /** Says which members would gain and lose what by a change that is not made. `POST /api/v1/access/preview` */
  previewAccess(options: Options & { body: { change: { type: "role_permissions"; roleId: string; permissions: Array<string> } | { type: "member_added" | "member_removed"; groupId: string; userId: string } | { type: "group_moved"; groupId: string; newParentId: string | null } | { type: "unit_moved"; unitId: string; newParentId: string | null } | { type: "assignment_added"; holder: { type: "user"; id: string } | { type: "group"; id: string }; roleId?: string; permission?: string; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }; conditions?: Array<{ attribute: string; operator: "equals" | "not_equals"; value: string | number | boolean | { attribute: string } } | { attribute: string; operator: "in" | "not_in"; value: Array<string | number | boolean> } | { attribute: string; operator: "less_than" | "at_most" | "greater_than" | "at_least"; value: number | string } | { attribute: string; operator: "starts_with"; value: string } | { attribute: string; operator: "contains"; value: string | number | boolean } | { attribute: "environment.ip"; operator: "in_network"; value: Array<string> } | { attribute: "environment.time"; operator: "during"; value: { timeZone: string; days: Array<number>; from: string; to: string | "24:00" } }>; expiresAt?: string } | { type: "assignment_removed"; holder: { type: "user"; id: string } | { type: "group"; id: string }; assignmentId: string }; limit?: number; cursor?: string }; idempotencyKey?: string }): Promise<Answer<Page<{ userId: string; gains: Array<{ permission: string; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }; conditions: Array<{ attribute: string; operator: "equals" | "not_equals"; value: string | number | boolean | { attribute: string } } | { attribute: string; operator: "in" | "not_in"; value: Array<string | number | boolean> } | { attribute: string; operator: "less_than" | "at_most" | "greater_than" | "at_least"; value: number | string } | { attribute: string; operator: "starts_with"; value: string } | { attribute: string; operator: "contains"; value: string | number | boolean } | { attribute: "environment.ip"; operator: "in_network"; value: Array<string> } | { attribute: "environment.time"; operator: "during"; value: { timeZone: string; days: unknown; from: string; to: string | "24:00" } }>; expiresAt: string | null }>; losses: Array<{ permission: string; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }; conditions: Array<{ attribute: string; operator: "equals" | "not_equals"; value: string | number | boolean | { attribute: string } } | { attribute: string; operator: "in" | "not_in"; value: Array<string | number | boolean> } | { attribute: string; operator: "less_than" | "at_most" | "greater_than" | "at_least"; value: number | string } | { attribute: string; operator: "starts_with"; value: string } | { attribute: string; operator: "contains"; value: string | number | boolean } | { attribute: "environment.ip"; operator: "in_network"; value: Array<string> } | { attribute: "environment.time"; operator: "during"; value: { timeZone: string; days: unknown; from: string; to: string | "24:00" } }>; expiresAt: string | null }> }>>>
  /** Action Search API of OpenID AuthZEN 1.0: the permissions by which a subject may act on a resource. `POST /access/v1/search/action` */
  searchAuthzenActions(options: Options & { body: { subject: { type: string; id: string; properties?: Record<string, unknown> }; resource: { type: string; id: string; properties?: Record<string, unknown> }; context?: Record<string, unknown>; page?: { token?: string; limit?: number; properties?: Record<string, unknown> } } }): Promise<Answer<{ page: { next_token: string; count: number }; results: Array<{ name: string }> }>>
  /** Resource Search API of OpenID AuthZEN 1.0: the users, units, groups or registered things with which a subject may do something. `POST /access/v1/search/resource` */
  searchAuthzenResources(options: Options & { body: { subject: { type: string; id: string; properties?: Record<string, unknown> }; action: { name: string; properties?: Record<string, unknown> }; resource: { type: string; id?: unknown; properties?: Record<string, unknown> }; context?: Record<string, unknown>; page?: { token?: string; limit?: number; properties?: Record<string, unknown> } } }): Promise<Answer<{ page: { next_token: string; count: number }; results: Array<{ type: string; id: string }> }>>
  /** Subject Search API of OpenID AuthZEN 1.0: the members (`user`) or API keys (`api_key`) that may do something. `POST /access/v1/search/subject` */
  searchAuthzenSubjects(options: Options & { body: { subject: { type: string; id?: unknown; properties?: Record<string, unknown> }; action: { name: string; properties?: Record<string, unknown> }; resource: { type: string; id: string; properties?: Record<string, unknown> }; context?: Record<string, unknown>; page?: { token?: string; limit?: number; properties?: Record<string, unknown> } } }): Promise<Answer<{ page: { next_token: string; count: number }; results: Array<{ type: string; id: string }> }>>
  /** Lists the things of a type with which somebody may do something; without a type, which permissions they hold and where. `POST /api/v1/access/what-can` */
  whatCan(options?: Options & { body?: { userId?: string; permission?: string; type?: string; context?: { ip?: string; time?: string; service?: string; mfa?: boolean }; limit?: number; cursor?: string }; idempotencyKey?: string }): Promise<Answer<Page<{ permission: string; resource: { type: string; id: string } | null; scopes: Array<{ type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }>; because: Array<{ holderId: string; assignmentId: string; groups: Array<string>; roleId: string | null; permission: string; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }; conditions: Array<{ attribute: string; operator: "equals" | "not_equals"; value: string | number | boolean | { attribute: string } } | { attribute: string; operator: "in" | "not_in"; value: Array<string | number | boolean> } | { attribute: string; operator: "less_than" | "at_most" | "greater_than" | "at_least"; value: number | string } | { attribute: string; operator: "starts_with"; value: string } | { attribute: string; operator: "contains"; value: string | number | boolean } | { attribute: "environment.ip"; operator: "in_network"; value: Array<string> } | { attribute: "environment.time"; operator: "during"; value: { timeZone: string; days: unknown; from: string; to: string | "24:00" } }> }> }>>>
  /** Lists the members who may do something, and what makes each of them able to. `POST /api/v1/access/who-can` */
  whoCan(options: Options & { body: { permission: string; resource?: AskedResource; context?: { ip?: string; time?: string; service?: string; mfa?: boolean }; limit?: number; cursor?: string }; idempotencyKey?: string }): Promise<Answer<Page<{ userId: string; because: Array<{ holderId: string; assignmentId: string; groups: Array<string>; roleId: string | null; permission: string; scope: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }; conditions: Array<{ attribute: string; operator: "equals" | "not_equals"; value: string | number | boolean | { attribute: string } } | { attribute: string; operator: "in" | "not_in"; value: Array<string | number | boolean> } | { attribute: string; operator: "less_than" | "at_most" | "greater_than" | "at_least"; value: number | string } | { attribute: string; operator: "starts_with"; value: string } | { attribute: string; operator: "contains"; value: string | number | boolean } | { attribute: "environment.ip"; operator: "in_network"; value: Array<string> } | { attribute: "environment.time"; operator: "during"; value: { timeZone: string; days: unknown; from: string; to: string | "24:00" } }> }> }>>>
  /** Gives what was asked for, for a time; the requester is told. `POST /api/v1/access/requests/{id}/approve` */
  approveAccessRequest(options: Options & { params: { id: string }; body?: { expiresAt?: string }; idempotencyKey?: string }): Promise<Answer<AccessRequest>>
  /** Asks whoever could grant it for one permission, for a time. `POST /api/v1/access/requests` */
  createAccessRequest(options: Options & { body: { reference?: DenialReference; permission?: string; scope?: { type: "organization" } | { type: "unit"; id: string } | { type: "group"; id: string } | { type: "resource"; resourceType: string; id: string }; resource?: AskedResource; reason: string; until?: string }; idempotencyKey?: string }): Promise<Answer<AccessRequest>>
  /** Reads a request of your own, or one that you may decide. `GET /api/v1/access/requests/{id}` */
  getAccessRequest(options: Options & { params: { id: string } }): Promise<Answer<AccessRequest>>
  /** Lists everything that happened to a request for access, newest first. `GET /api/v1/access/requests/{id}/history` */
  listAccessRequestHistory(options: Options & { params: { id: string }; query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<HistoryEvent>>>
  /** Lists what you asked for, or what waits for your decision, newest first. `GET /api/v1/access/requests` */
  listAccessRequests(options?: Options & { query?: { view?: "own" | "deciding"; limit?: number; cursor?: string } }): Promise<Answer<Page<AccessRequest>>>
  /** Refuses what was asked for; the requester is told why. `POST /api/v1/access/requests/{id}/refuse` */
  refuseAccessRequest(options: Options & { params: { id: string }; body: { reason: string }; idempotencyKey?: string }): Promise<Answer<AccessRequest>>
  /** Begins to write the audit trail, or what a filter leaves of it, into files. `POST /api/v1/audit-logs/export` */
  exportAuditLogs(options: Options & { body: { format: ExportFormat; filter?: AuditFilter; fromTreeSize?: number }; idempotencyKey?: string }): Promise<Answer<Job>>
  /** One entry of the record. `GET /api/v1/audit-logs/{id}` */
  getAuditLog(options: Options & { params: { id: string } }): Promise<Answer<AuditEntry>>
  /** What happened in the organization, newest first. `GET /api/v1/audit-logs` */
  listAuditLogs(options?: Options & { query?: { actorId?: string; action?: string; resourceType?: string; resourceId?: string; ip?: string; success?: "true" | "false"; from?: Moment; to?: Moment; limit?: number; cursor?: string } }): Promise<Answer<Page<AuditEntry>>>
  /** Puts something that happened in an application of your own on record; `Idempotency-Key` keeps a repetition from a second entry. `POST /api/v1/audit-logs` */
  recordAuditLog(options: Options & { body: { action: string; resource: { id: string; name?: string }; actor?: { id: string; name?: string }; success?: boolean; reason?: string; ipAddress?: string; userAgent?: string; occurredAt?: string; details?: Record<string, unknown> }; idempotencyKey?: string }): Promise<Answer<RecordedEntry>>
  /** Saves a search of the audit trail. `POST /api/v1/audit-searches` */
  createAuditSearch(options: Options & { body: { name: string; filter: AuditFilter; isShared?: boolean }; idempotencyKey?: string }): Promise<Answer<AuditSearch>>
  /** Demands that nothing of the audit trail go, whatever its age, in force at once. `POST /api/v1/legal-holds` */
  createLegalHold(options: Options & { body: { reason: string }; idempotencyKey?: string }): Promise<Answer<LegalHold>>
  /** Removes a saved search. `DELETE /api/v1/audit-searches/{id}` */
  deleteAuditSearch(options: Options & { params: { id: string } }): Promise<Answer<undefined>>
  /** Says how far an export of yours came; of one that is done, with links to its files that are good for five minutes. `GET /api/v1/audit-exports/{id}` */
  getAuditExport(options: Options & { params: { id: string } }): Promise<Answer<AuditExport>>
  /** Lists sign-ins, and what technicians of the provider were shown, newest first. `GET /api/v1/activity-logs` */
  listActivityLogs(options?: Options & { query?: { userId?: string; type?: ActivityType; from?: Moment; to?: Moment; limit?: number; cursor?: string } }): Promise<Answer<Page<Activity>>>
  /** Lists your saved searches of the audit trail, and those that are shared. `GET /api/v1/audit-searches` */
  listAuditSearches(options?: Options & { query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<AuditSearch>>>
  /** Lists who demanded that nothing of the audit trail go, and why, newest first. `GET /api/v1/legal-holds` */
  listLegalHolds(options?: Options & { query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<LegalHold>>>
  /** Lifts a demand that nothing of the audit trail go; when none stands, what is older than it is kept goes within a week. `POST /api/v1/legal-holds/{id}/release` */
  releaseLegalHold(options: Options & { params: { id: string }; body: { reason: string }; idempotencyKey?: string }): Promise<Answer<LegalHold>>
  /** Changes a saved search; the filter is replaced as a whole. `PATCH /api/v1/audit-searches/{id}` */
  updateAuditSearch(options: Options & { params: { id: string }; body?: { name?: string; filter?: AuditFilter; isShared?: boolean } }): Promise<Answer<AuditSearch>>
  /** Lists everything that happened to one thing, newest first: who changed which field from what to what, when, and by which request. `GET /api/v1/events` */
  listEvents(options?: Options & { query?: { aggregateType: "access_request" | "api_key" | "audit_search" | "group" | "group_member" | "job" | "legal_hold" | "organization" | "permission" | "resource" | "resource_type" | "role" | "role_assignment" | "session" | "technician_access" | "unit" | "user"; aggregateId: string; limit?: number; cursor?: string } }): Promise<Answer<Page<HistoryEvent>>>
  /** Proves that the audit trail begins with all that it held at an earlier checkpoint, unchanged. `GET /api/v1/audit/proofs/consistency` */
  getConsistencyProof(options?: Options & { query?: { from: string; to?: string } }): Promise<Answer<ConsistencyProof>>
  /** Proves that an entry stands in the audit trail as it was sealed. `GET /api/v1/audit/proofs/inclusion` */
  getInclusionProof(options?: Options & { query?: { entryId: string; treeSize?: string } }): Promise<Answer<InclusionProof>>
  /** The latest signed checkpoint of the audit trail. `GET /api/v1/audit/checkpoints/latest` */
  getLatestCheckpoint(options?: Options): Promise<Answer<Checkpoint>>
  /** Signed checkpoints of the audit trail, newest first. `GET /api/v1/audit/checkpoints` */
  listCheckpoints(options?: Options & { query?: { limit?: number; cursor?: string } }): Promise<Answer<Page<Checkpoint>>>
  /** Which messages of this organization reach you, and how. `GET /api/v1/notification-preferences` */
  getNotificationPreferences(options?: Options): Promise<Answer<NotificationPreferences>>
  /** Your notifications, newest first. `GET /api/v1/notifications` */
  listNotifications(options?: Options & { query?: { unread?: "true" | "false"; limit?: number; cursor?: string } }): Promise<Answer<Page<Notification>>>
  /** Marks everything that has reached you so far as read. `POST /api/v1/notifications/read-all` */
  readAllNotifications(options?: Options & { idempotencyKey?: string }): Promise<Answer<undefined>>
  /** Marks one of your notifications as read; the first time counts. `POST /api/v1/notifications/{id}/read` */
  readNotification(options: Options & { params: { id: string }; idempotencyKey?: string }): Promise<Answer<undefined>>
  /** Chooses which messages of this organization reach you, and how; what is left out falls back to its default. `PUT /api/v1/notification-preferences` */
  replaceNotificationPreferences(options?: Options & { body?: { "user.roles_changed"?: { inApp?: boolean; email?: boolean }; "user.unlocked"?: { inApp?: boolean; email?: boolean }; "user.joined"?: { inApp?: boolean; email?: boolean }; "auth.device.appeared"?: { inApp?: boolean; email?: boolean }; "group.member_added"?: { inApp?: boolean; email?: boolean }; "unit.created"?: { inApp?: boolean; email?: boolean }; "unit.owner_changed"?: { inApp?: boolean; email?: boolean }; "access_request.approved"?: { inApp?: boolean; email?: boolean }; "access_request.refused"?: { inApp?: boolean; email?: boolean }; "access_request.expired"?: { inApp?: boolean; email?: boolean } } }): Promise<Answer<NotificationPreferences>>
  /** Gives long work up at its next step; what is done by then stays done. `POST /api/v1/jobs/{id}/cancel` */
  cancelJob(options: Options & { params: { id: string }; idempotencyKey?: string }): Promise<Answer<Job>>
  /** Says how far long work came. `GET /api/v1/jobs/{id}` */
  getJob(options: Options & { params: { id: string } }): Promise<Answer<Job>>
  /** Lists the first 20 rows that went wrong; `errorCount` of the job says how many there are. `GET /api/v1/jobs/{id}/errors` */
  listJobErrors(options: Options & { params: { id: string } }): Promise<Answer<Page<JobError>>>
  /** Lists long work, newest first. `GET /api/v1/jobs` */
  listJobs(options?: Options & { query?: { kind?: string; status?: "queued" | "running" | "cancelling" | "succeeded" | "failed" | "cancelled"; limit?: number; cursor?: string } }): Promise<Answer<Page<Job>>>
  /** The reference page. `GET /docs` */
  getDocs(options?: Options): Promise<Answer<unknown>>
  /** A file of the reference page. `GET /docs/{file}` */
  getDocsFile(options: Options & { params: { file: "swagger-ui.css" | "swagger-ui-bundle.js" | "favicon-32x32.png" | "init.js" | "config.js" | "oauth2-redirect.html" | "oauth2-redirect.js" }; query?: Record<string, unknown> }): Promise<Answer<unknown>>
  /** Is it alive: 200 when every dependency answers, 503 when one does not. `GET /health` */
  getHealth(options?: Options): Promise<Answer<Health>>
  /** This API as an OpenAPI 3.1 document. `GET /openapi.json` */
  getOpenApi(options?: Options): Promise<Answer<unknown>>
  /** May it take traffic: dependencies, seed data and the lag of the event relay. `GET /ready` */
  getReadiness(options?: Options): Promise<Answer<Readiness>>
}

export const routes = {
  acceptInvitation: ['POST', '/api/v1/auth/invitations/accept'],
  cancelRecovery: ['POST', '/api/v1/auth/mfa/recovery-requests/cancel'],
  changeEmail: ['POST', '/api/v1/auth/email/change'],
  changePassword: ['POST', '/api/v1/auth/password/change'],
  completeMfa: ['POST', '/api/v1/auth/mfa/complete'],
  completeRecovery: ['POST', '/api/v1/auth/mfa/recovery-requests/complete'],
  endSession: ['DELETE', '/api/v1/auth/sessions/{id}'],
  exchangeKey: ['POST', '/api/v1/auth/token'],
  forgotPassword: ['POST', '/api/v1/auth/password/forgot'],
  foundOrganization: ['POST', '/api/v1/auth/organizations'],
  getMe: ['GET', '/api/v1/auth/me'],
  leaveMembership: ['POST', '/api/v1/auth/memberships/{id}/leave'],
  listSessions: ['GET', '/api/v1/auth/sessions'],
  login: ['POST', '/api/v1/auth/login'],
  logout: ['POST', '/api/v1/auth/logout'],
  logoutAll: ['POST', '/api/v1/auth/logout-all'],
  recoverMfa: ['POST', '/api/v1/auth/mfa/recover'],
  refresh: ['POST', '/api/v1/auth/refresh'],
  register: ['POST', '/api/v1/auth/register'],
  removeMfa: ['DELETE', '/api/v1/auth/mfa'],
  replaceBackupCodes: ['POST', '/api/v1/auth/mfa/backup-codes'],
  requestRecovery: ['POST', '/api/v1/auth/mfa/recovery-requests'],
  resendVerification: ['POST', '/api/v1/auth/resend-verification'],
  resetPassword: ['POST', '/api/v1/auth/password/reset'],
  setHome: ['PUT', '/api/v1/auth/home'],
  setNewPassword: ['POST', '/api/v1/auth/new-password'],
  setUpMfa: ['POST', '/api/v1/auth/mfa/setup'],
  stepUp: ['POST', '/api/v1/auth/step-up'],
  undoEmailChange: ['POST', '/api/v1/auth/email/undo'],
  updateMe: ['PATCH', '/api/v1/auth/me'],
  verifyEmail: ['POST', '/api/v1/auth/verify-email'],
  verifyMfa: ['POST', '/api/v1/auth/mfa/verify'],
  activateOrganization: ['POST', '/api/v1/organizations/{id}/activate'],
  cancelClosing: ['POST', '/api/v1/organizations/{id}/cancel-closing'],
  closeOrganization: ['POST', '/api/v1/organizations/{id}/close'],
  createCustomerOrganization: ['POST', '/api/v1/organizations'],
  createOrganizationUser: ['POST', '/api/v1/organizations/{id}/users'],
  endProvider: ['DELETE', '/api/v1/organization/provider'],
  getCustomerOrganization: ['GET', '/api/v1/organizations/{id}'],
  getOrganization: ['GET', '/api/v1/organization'],
  leaveOrganization: ['POST', '/api/v1/organization/leave'],
  listOrganizationHistory: ['GET', '/api/v1/organization/history'],
  listOrganizationUsers: ['GET', '/api/v1/organizations/{id}/users'],
  listOrganizations: ['GET', '/api/v1/organizations'],
  offboardOrganization: ['POST', '/api/v1/organizations/{id}/offboard'],
  suspendOrganization: ['POST', '/api/v1/organizations/{id}/suspend'],
  updateCustomerOrganization: ['PATCH', '/api/v1/organizations/{id}'],
  updateOrganization: ['PATCH', '/api/v1/organization'],
  activateUser: ['POST', '/api/v1/users/{id}/activate'],
  createUser: ['POST', '/api/v1/users'],
  deactivateUser: ['POST', '/api/v1/users/{id}/deactivate'],
  deleteUser: ['DELETE', '/api/v1/users/{id}'],
  endUserSessions: ['DELETE', '/api/v1/users/{id}/sessions'],
  getUser: ['GET', '/api/v1/users/{id}'],
  inviteUser: ['POST', '/api/v1/users/{id}/invite'],
  listInvitations: ['GET', '/api/v1/invitations'],
  listUserActivity: ['GET', '/api/v1/users/{id}/activity'],
  listUserHistory: ['GET', '/api/v1/users/{id}/history'],
  listUserPermissions: ['GET', '/api/v1/users/{id}/permissions'],
  listUserRoles: ['GET', '/api/v1/users/{id}/roles'],
  listUserSessions: ['GET', '/api/v1/users/{id}/sessions'],
  listUsers: ['GET', '/api/v1/users'],
  lockUser: ['POST', '/api/v1/users/{id}/lock'],
  moveUser: ['POST', '/api/v1/users/{id}/move'],
  reapproveUser: ['POST', '/api/v1/users/{id}/reapprove'],
  refuseRecovery: ['DELETE', '/api/v1/users/{id}/recovery'],
  replaceUser: ['PUT', '/api/v1/users/{id}'],
  resetUserMfa: ['POST', '/api/v1/users/{id}/reset-mfa'],
  resetUserPassword: ['POST', '/api/v1/users/{id}/reset-password'],
  restoreUser: ['POST', '/api/v1/users/{id}/restore'],
  setUserRoles: ['PUT', '/api/v1/users/{id}/roles'],
  unlockUser: ['POST', '/api/v1/users/{id}/unlock'],
  updateUser: ['PATCH', '/api/v1/users/{id}'],
  withdrawInvitation: ['DELETE', '/api/v1/invitations/{id}'],
  createUnit: ['POST', '/api/v1/units'],
  deleteUnit: ['DELETE', '/api/v1/units/{id}'],
  getUnit: ['GET', '/api/v1/units/{id}'],
  listUnitHistory: ['GET', '/api/v1/units/{id}/history'],
  listUnitSubtree: ['GET', '/api/v1/units/{id}/subtree'],
  listUnitUsers: ['GET', '/api/v1/units/{id}/users'],
  listUnits: ['GET', '/api/v1/units'],
  moveUnit: ['POST', '/api/v1/units/{id}/move'],
  updateUnit: ['PATCH', '/api/v1/units/{id}'],
  addGroupMember: ['POST', '/api/v1/groups/{id}/members'],
  createGroup: ['POST', '/api/v1/groups'],
  deleteGroup: ['DELETE', '/api/v1/groups/{id}'],
  getGroup: ['GET', '/api/v1/groups/{id}'],
  listGroupHistory: ['GET', '/api/v1/groups/{id}/history'],
  listGroupMembers: ['GET', '/api/v1/groups/{id}/members'],
  listGroups: ['GET', '/api/v1/groups'],
  listUserGroups: ['GET', '/api/v1/users/{id}/groups'],
  moveGroup: ['POST', '/api/v1/groups/{id}/move'],
  removeGroupMember: ['DELETE', '/api/v1/groups/{id}/members/{userId}'],
  updateGroup: ['PATCH', '/api/v1/groups/{id}'],
  createPermission: ['POST', '/api/v1/permissions'],
  createRole: ['POST', '/api/v1/roles'],
  createRoleAssignment: ['POST', '/api/v1/role-assignments'],
  deleteRole: ['DELETE', '/api/v1/roles/{id}'],
  deleteRoleAssignment: ['DELETE', '/api/v1/role-assignments/{id}'],
  getRole: ['GET', '/api/v1/roles/{id}'],
  getRoleAssignment: ['GET', '/api/v1/role-assignments/{id}'],
  listPermissions: ['GET', '/api/v1/permissions'],
  listRoleAssignmentHistory: ['GET', '/api/v1/role-assignments/{id}/history'],
  listRoleAssignments: ['GET', '/api/v1/role-assignments'],
  listRoleHistory: ['GET', '/api/v1/roles/{id}/history'],
  listRoles: ['GET', '/api/v1/roles'],
  setRolePermissions: ['PUT', '/api/v1/roles/{id}/permissions'],
  updateRole: ['PATCH', '/api/v1/roles/{id}'],
  createApiKey: ['POST', '/api/v1/api-keys'],
  deleteApiKey: ['DELETE', '/api/v1/api-keys/{id}'],
  getApiKey: ['GET', '/api/v1/api-keys/{id}'],
  listApiKeyHistory: ['GET', '/api/v1/api-keys/{id}/history'],
  listApiKeys: ['GET', '/api/v1/api-keys'],
  rotateApiKey: ['POST', '/api/v1/api-keys/{id}/rotate'],
  approveTechnicianAccess: ['POST', '/api/v1/technician-access/{id}/approve'],
  getTechnicianAccess: ['GET', '/api/v1/technician-access/{id}'],
  grantTechnicianAccess: ['POST', '/api/v1/technician-access'],
  listCustomerAccess: ['GET', '/api/v1/customer-access'],
  listTechnicianAccess: ['GET', '/api/v1/technician-access'],
  listTechnicianAccessHistory: ['GET', '/api/v1/technician-access/{id}/history'],
  listTechnicianActivity: ['GET', '/api/v1/technician-access/{id}/activity'],
  requestTechnicianAccess: ['POST', '/api/v1/technician-access/requests'],
  revokeTechnicianAccess: ['POST', '/api/v1/technician-access/{id}/revoke'],
  createResource: ['POST', '/api/v1/access/resources'],
  createResourceType: ['POST', '/api/v1/access/resource-types'],
  deleteResource: ['DELETE', '/api/v1/access/resources/{id}'],
  deleteResourceType: ['DELETE', '/api/v1/access/resource-types/{id}'],
  getResource: ['GET', '/api/v1/access/resources/{id}'],
  getResourceType: ['GET', '/api/v1/access/resource-types/{id}'],
  listResourceHistory: ['GET', '/api/v1/access/resources/{id}/history'],
  listResourceTypeHistory: ['GET', '/api/v1/access/resource-types/{id}/history'],
  listResourceTypes: ['GET', '/api/v1/access/resource-types'],
  listResources: ['GET', '/api/v1/access/resources'],
  updateResource: ['PATCH', '/api/v1/access/resources/{id}'],
  updateResourceType: ['PATCH', '/api/v1/access/resource-types/{id}'],
  evaluateAccess: ['POST', '/api/v1/access/evaluate'],
  evaluateAccessBatch: ['POST', '/api/v1/access/evaluate-batch'],
  evaluateAuthzen: ['POST', '/access/v1/evaluation'],
  evaluateAuthzenMany: ['POST', '/access/v1/evaluations'],
  getAuthzenConfiguration: ['GET', '/.well-known/authzen-configuration'],
  getDenial: ['GET', '/api/v1/access/denials/{reference}'],
  previewAccess: ['POST', '/api/v1/access/preview'],
  searchAuthzenActions: ['POST', '/access/v1/search/action'],
  searchAuthzenResources: ['POST', '/access/v1/search/resource'],
  searchAuthzenSubjects: ['POST', '/access/v1/search/subject'],
  whatCan: ['POST', '/api/v1/access/what-can'],
  whoCan: ['POST', '/api/v1/access/who-can'],
  approveAccessRequest: ['POST', '/api/v1/access/requests/{id}/approve'],
  createAccessRequest: ['POST', '/api/v1/access/requests'],
  getAccessRequest: ['GET', '/api/v1/access/requests/{id}'],
  listAccessRequestHistory: ['GET', '/api/v1/access/requests/{id}/history'],
  listAccessRequests: ['GET', '/api/v1/access/requests'],
  refuseAccessRequest: ['POST', '/api/v1/access/requests/{id}/refuse'],
  exportAuditLogs: ['POST', '/api/v1/audit-logs/export'],
  getAuditLog: ['GET', '/api/v1/audit-logs/{id}'],
  listAuditLogs: ['GET', '/api/v1/audit-logs'],
  recordAuditLog: ['POST', '/api/v1/audit-logs'],
  createAuditSearch: ['POST', '/api/v1/audit-searches'],
  createLegalHold: ['POST', '/api/v1/legal-holds'],
  deleteAuditSearch: ['DELETE', '/api/v1/audit-searches/{id}'],
  getAuditExport: ['GET', '/api/v1/audit-exports/{id}'],
  listActivityLogs: ['GET', '/api/v1/activity-logs'],
  listAuditSearches: ['GET', '/api/v1/audit-searches'],
  listLegalHolds: ['GET', '/api/v1/legal-holds'],
  releaseLegalHold: ['POST', '/api/v1/legal-holds/{id}/release'],
  updateAuditSearch: ['PATCH', '/api/v1/audit-searches/{id}'],
  listEvents: ['GET', '/api/v1/events'],
  getConsistencyProof: ['GET', '/api/v1/audit/proofs/consistency'],
  getInclusionProof: ['GET', '/api/v1/audit/proofs/inclusion'],
  getLatestCheckpoint: ['GET', '/api/v1/audit/checkpoints/latest'],
  listCheckpoints: ['GET', '/api/v1/audit/checkpoints'],
  getNotificationPreferences: ['GET', '/api/v1/notification-preferences'],
  listNotifications: ['GET', '/api/v1/notifications'],
  readAllNotifications: ['POST', '/api/v1/notifications/read-all'],
  readNotification: ['POST', '/api/v1/notifications/{id}/read'],
  replaceNotificationPreferences: ['PUT', '/api/v1/notification-preferences'],
  cancelJob: ['POST', '/api/v1/jobs/{id}/cancel'],
  getJob: ['GET', '/api/v1/jobs/{id}'],
  listJobErrors: ['GET', '/api/v1/jobs/{id}/errors'],
  listJobs: ['GET', '/api/v1/jobs'],
  getDocs: ['GET', '/docs'],
  getDocsFile: ['GET', '/docs/{file}'],
  getHealth: ['GET', '/health'],
  getOpenApi: ['GET', '/openapi.json'],
  getReadiness: ['GET', '/ready'],
} as const
