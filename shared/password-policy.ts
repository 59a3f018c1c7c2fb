/** What a password must be, stated once: the user pool is made with it, and a registration is held against it before there is an account. */
export const passwordPolicy = {
  minLength: 12,
  requireLowercase: true,
  requireUppercase: true,
  requireDigits: true,
  requireSymbols: false,
} as const

/** The first rule that a password breaks, in words for its owner; nothing when it will do. Cognito also refuses spaces around it. */
export function weaknessOf(password: string): string | undefined {
  if (password.length < passwordPolicy.minLength) return 'Make it longer'
  if (password !== password.trim()) return 'Choose another, without spaces around it'
  if (!/[A-Z]/.test(password)) return 'Add an upper-case letter'
  if (!/[a-z]/.test(password)) return 'Add a lower-case letter'
  return /[0-9]/.test(password) ? undefined : 'Add a digit'
}
