import { type Kind, kinds, nameOf, type Subject, withoutLocalEffect } from './kinds.ts'

export function refOf(subject: Subject): string {
  return (kindOf(subject).ref ?? nameOf)(subject)
}

export function attributeOf(subject: Subject, attribute: string): string {
  const read = kindOf(subject).attributes?.[attribute]
  if (read) return read(subject)
  throw new Error(`${subject.type} has no attribute ${attribute} that is known here`)
}

export function kindOf({ type }: Pick<Subject, 'type'>): Kind {
  const kind = kinds[type] ?? (withoutLocalEffect.some((known) => known === type) ? {} : undefined)
  if (kind) return kind
  throw new Error(`resource type ${type} is unknown to the local stack`)
}
