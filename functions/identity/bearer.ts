/** The access token itself, which the gateway has verified; Cognito asks for it where people act on their own account. */
export const bearerOf = ({ authorization = '' }: Record<string, string | undefined>) => authorization.replace(/^Bearer\s+/i, '')
