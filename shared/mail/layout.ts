import type { Language } from '../language.ts'

/** What a mail says, once, for its text and its HTML. */
export interface Letter {
  language: Language
  /** Whose mail it is; stands at the head. */
  organization: string
  subject: string
  greeting: string
  paragraphs: string[]
  /** Six digits to type. */
  code?: string
  action?: { label: string; url: string }
  /** Why it came, and what to do when it was not expected. */
  footnote: string
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)

const FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
const MONO = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Courier New',monospace"

const paragraph = (text: string) =>
  `<p class="ink" style="margin:0 0 16px;font-size:16px;line-height:24px;color:#1f2933">${escapeHtml(text)}</p>`

const codeBox = (code: string) =>
  `<p class="code" style="margin:8px 0 24px;padding:16px;${MONO};font-size:32px;line-height:40px;letter-spacing:6px;text-align:center;color:#102a43;background-color:#f0f4f8;border-radius:6px">${escapeHtml(code)}</p>`

// A button is a cell with a background, because Outlook gives links no padding. Under it stands the address, for those who cannot click.
const button = ({
  label,
  url,
}: {
  label: string
  url: string
}) => `<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 16px"><tr>
<td style="background-color:#0b69a3;border-radius:6px"><a href="${escapeHtml(url)}" style="display:inline-block;padding:12px 24px;${FONT};font-size:16px;line-height:24px;font-weight:600;color:#ffffff;text-decoration:none">${escapeHtml(label)}</a></td>
</tr></table>
<p class="quiet" style="margin:0 0 24px;font-size:13px;line-height:20px;color:#52606d;word-break:break-all">${escapeHtml(url)}</p>`

// Mail clients that know the dark scheme take these; the others keep the inline colours, which are legible on their own ground.
const DARK = `@media (prefers-color-scheme: dark) {
.ground { background-color: #12181f !important }
.sheet { background-color: #1b232c !important; border-color: #2b3743 !important }
.ink { color: #e4e9ee !important }
.quiet { color: #9fb0c0 !important }
.code { color: #ffffff !important; background-color: #2b3743 !important }
}`

/** One calm page for every mail: plain tables and inline styles, which mail clients take. */
export function page({ language, organization, subject, greeting, paragraphs, code, action, footnote }: Letter): string {
  const [first = '', ...others] = paragraphs
  const body = [paragraph(greeting), paragraph(first), code ? codeBox(code) : '', action ? button(action) : '', ...others.map(paragraph)]
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subject)}</title>
<style>${DARK}</style>
</head>
<body class="ground" style="margin:0;padding:0;background-color:#f5f7fa">
<div style="display:none;max-height:0;overflow:hidden">${escapeHtml(first)}</div>
<table role="presentation" class="ground" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f5f7fa"><tr><td align="center" style="padding:32px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px;${FONT}">
<tr><td class="quiet" style="padding:0 4px 12px;font-size:14px;line-height:20px;font-weight:600;color:#52606d">${escapeHtml(organization)}</td></tr>
<tr><td class="sheet" style="padding:32px 32px 16px;background-color:#ffffff;border:1px solid #e4e7eb;border-radius:8px">
${body.filter((part) => part !== '').join('\n')}
</td></tr>
<tr><td class="quiet" style="padding:16px 4px 0;font-size:13px;line-height:20px;color:#52606d">${escapeHtml(footnote)}</td></tr>
</table>
</td></tr></table>
</body>
</html>
`
}
