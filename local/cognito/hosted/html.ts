import { createHash } from 'node:crypto'
import type { Answer } from './http.ts'

/** Text that is safe in HTML: made by `html` only. */
export interface Html {
  markup: string
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '')

/** Template tag that escapes every value which is not itself `Html`. */
export function html(strings: TemplateStringsArray, ...values: (string | Html | Html[])[]): Html {
  const parts = strings.map((text, position) => `${text}${markupOf(values[position] ?? '')}`)
  return { markup: parts.join('') }
}

function markupOf(value: string | Html | Html[]): string {
  if (typeof value === 'string') return escaped(value)
  return Array.isArray(value) ? value.map(({ markup }) => markup).join('') : value.markup
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d4dae2; --paper: #fff; --ground: #f3f5f8; --accent: #24567a; --alarm: #9b2c2c }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ecf1; --soft: #a3aebc; --line: #3a4554; --paper: #1d2530; --ground: #141a22; --accent: #7fb2d6; --alarm: #f0a3a3 }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
main { width: 100%; max-width: 25rem; background: var(--paper); border: 1px solid var(--line); border-radius: 12px; padding: 2rem }
h1 { font-size: 1.35rem; margin: 0 0 .25rem }
p { margin: 0 0 1.25rem; color: var(--soft) }
p:last-child { margin: 0 }
p[role=alert] { color: var(--alarm); border-left: 3px solid; padding-left: .75rem }
label { display: block; font-weight: 600; font-size: .9rem; margin-bottom: 1rem }
input { display: block; width: 100%; margin-top: .3rem; padding: .65rem .75rem; font: inherit; font-weight: 400; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 8px }
input:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px }
button { width: 100%; padding: .7rem; font: inherit; font-weight: 600; color: var(--paper); background: var(--accent); border: 0; border-radius: 8px; cursor: pointer }
code { overflow-wrap: anywhere }
a { color: var(--accent) }
`
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/** A whole page. Nothing on it is loaded from elsewhere, and its forms lead only here and, by redirect, to `formTarget`. */
export function page(status: number, title: string, content: Html, extra: { formTarget?: string; cookies?: string[] } = {}): Answer {
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body><main>${content}</main></body>
</html>
`
  const policy = ["default-src 'none'", `style-src 'sha256-${STYLE_HASH}'`, `form-action 'self' ${extra.formTarget ?? ''}`.trim()]
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': [...policy, "frame-ancestors 'none'", "base-uri 'none'"].join('; '),
      'x-frame-options': 'DENY',
      // The origin check of the forms needs an Origin header, which `no-referrer` would blank.
      'referrer-policy': 'same-origin',
      ...(extra.cookies?.length ? { 'set-cookie': extra.cookies } : {}),
    },
    body: markup,
  }
}
