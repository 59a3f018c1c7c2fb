import * as z from 'zod'

/** What the contracts of every context are made of. Formats follow RFC 3339, E.164 and the WHATWG email grammar. */

const idSchemas = new Map<string, z.ZodString>()

/** A prefixed ULID in lower case, such as `usr_01j9z0s6n6r3v7t4q2m8k5w1xa`; the prefix is stated in the manifest of the context it is of. */
export function Id(prefix: string): z.ZodString {
  const made =
    idSchemas.get(prefix) ?? z.string().regex(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`), `Must be an id that begins with ${prefix}_`)
  idSchemas.set(prefix, made)
  return made
}

/** System roles have readable ids (`rol_admin`), an organization's own are ULIDs. */
export const RoleId = z.string().regex(/^rol_[0-9A-Za-z_]{1,40}$/, 'Must be a role id, which begins with rol_')

export const Timestamp = z.iso.datetime({ precision: 3 })
export const Email = z
  .string()
  .trim()
  .max(254)
  .pipe(z.email({ message: 'Invalid email format' }))

/**
 * Not to be seen, or changing how what stands beside it is seen: control, format (zero-width, bidi), separators, private use, what programs
 * leave out where they cannot show it (fillers, variation selectors, joiners), and the blank Braille pattern.
 */
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\u2800]/u
/** A mark alone is nothing to be called by. */
const SEEN = /[\p{L}\p{N}]/u
/** What a mail program makes a link of; the dots of other scripts are dots to a browser (UTS 46). */
const ADDRESS = /:\/\/|www[.．。｡]|[\p{L}\p{M}\p{N}][.．。｡]\p{L}[\p{L}\p{M}]|(?:^|\D)\d{1,3}(?:\.\d{1,3}){3}(?!\d)/iu

/** Would a mail program make a link of it? Read also as a browser reads it, to whom U+2024 and U+FE52 are dots. */
export const looksLikeAddress = (text: string) => ADDRESS.test(text) || ADDRESS.test(text.normalize('NFKC'))

/** What somebody or something is called: it stands in mails to others, so it can hold no link and nothing unseen. */
const CalledName = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((name) => !UNSEEN.test(name), 'Write it without invisible characters: letters, digits, spaces and punctuation only')
    .refine((name) => SEEN.test(name), 'Write it with at least one letter or digit')
    .refine(
      (name) => !looksLikeAddress(name),
      'Write it without a web address: Acme instead of acme.com, and a space after the dot of St. John',
    )
export const PersonName = CalledName(100)
export const DisplayName = CalledName(100)
export const OrganizationName = CalledName(255)

export const Phone = z.string().regex(/^\+[1-9]\d{6,14}$/, 'Must be an international number such as +6421123456')
/** Throws on what is no tag. */
const canonical = (tag: string) => Intl.getCanonicalLocales(tag)[0]

const isLocale = (tag: string) => {
  try {
    return canonical(tag) !== undefined
  } catch {
    return false
  }
}
/** IETF BCP 47 (RFC 5646), kept in its canonical form. */
export const Locale = z
  .string()
  .trim()
  .max(35)
  .refine(isLocale, { message: 'Must be a language tag such as en, de or de-CH', abort: true })
  .transform((tag) => canonical(tag) ?? tag)

export const Slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])$/, 'Use 3 to 63 lower-case letters, digits and hyphens, not at the ends')
export const PermissionName = z
  .string()
  .max(101)
  .regex(/^(\*|[a-z][a-z0-9_]*):(\*|[a-z][a-z0-9_]*)$/, 'Must look like resource:action')

/** DynamoDB keeps magnitudes from 1E-130, and doubles are exact up to 2^53. */
const SMALLEST = 1e-130

/** Is it kept as it is? */
export const isStorable = (number: number) => number === 0 || (Math.abs(number) >= SMALLEST && Math.abs(number) <= Number.MAX_SAFE_INTEGER)

/** A number that the table keeps as it is. */
export const StoredNumber = z.number().refine(isStorable, 'This number is out of range')

/** In a reply: a value that may be missing is `null`, never absent. */
export const orNull = <T extends z.ZodType>(schema: T) => schema.nullable().default(null as never)

/** Without sign, exponent, fraction, blanks or another base, all of which `Number` takes. */
const PLAIN_DECIMAL = /^[1-9]\d*$/

export const PageQuery = {
  limit: z.preprocess(
    (given) => (typeof given === 'string' && !PLAIN_DECIMAL.test(given) ? Number.NaN : given),
    z.coerce.number('Must be a whole number from 1 to 100').int().min(1).max(100).default(20),
  ),
  cursor: z.string().min(1).max(2000).optional(),
}
/** `?flag=true` */
export const QueryFlag = z.enum(['true', 'false']).transform((value) => value === 'true')
