import { type Html, html, page } from './html.ts'
import type { Answer } from './http.ts'

/** One step of the hosted sign-in. */
export interface Form {
  step: 'password' | 'SOFTWARE_TOKEN_MFA' | 'NEW_PASSWORD_REQUIRED' | 'MFA_SETUP'
  session?: string
  username?: string
  secret?: string
  problem?: string
}

export function formPage(form: Form, action: string, csrf: string): { title: string; content: Html } {
  const { title, lead, fields, button } = STEPS[form.step](form)
  const problem = form.problem ? html`<p role="alert">${form.problem}</p>` : html``
  const carried =
    form.step === 'password'
      ? html``
      : html`<input type="hidden" name="session" value="${form.session ?? ''}">
<input type="hidden" name="username" value="${form.username ?? ''}">`
  const content = html`<h1>${title}</h1>
<p>${lead}</p>
${problem}
<form method="post" action="${action}">
<input type="hidden" name="_csrf" value="${csrf}">
<input type="hidden" name="step" value="${form.step}">
${carried}
${fields}
<button type="submit">${button}</button>
</form>`
  return { title, content }
}

const codeField = html`<label>Six-digit code
<input name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" maxlength="6" required autofocus></label>`

const STEPS: Record<Form['step'], (form: Form) => { title: string; lead: string | Html; fields: Html; button: string }> = {
  password: ({ username }) => ({
    title: 'Sign in',
    lead: 'Use the e-mail address of your account.',
    fields: html`<label>E-mail address or user name
<input name="username" value="${username ?? ''}" autocomplete="username" autocapitalize="none" required${username ? '' : ' autofocus'}></label>
<label>Password
<input name="password" type="password" autocomplete="current-password" required${username ? ' autofocus' : ''}></label>`,
    button: 'Sign in',
  }),
  SOFTWARE_TOKEN_MFA: () => ({
    title: 'Enter your code',
    lead: 'Your authenticator app shows a code that changes every 30 seconds.',
    fields: codeField,
    button: 'Continue',
  }),
  NEW_PASSWORD_REQUIRED: () => ({
    title: 'Choose a new password',
    lead: 'The password you signed in with was temporary.',
    fields: html`<label>New password
<input name="password" type="password" autocomplete="new-password" required autofocus></label>`,
    button: 'Save and continue',
  }),
  MFA_SETUP: ({ secret }) => ({
    title: 'Set up your authenticator',
    lead: html`Add an account to your authenticator app with this key: <code>${secret ?? ''}</code>`,
    fields: codeField,
    button: 'Continue',
  }),
}

export const messagePage = (status: number, title: string, message: string | Html): Answer =>
  page(status, title, html`<h1>${title}</h1><p>${message}</p>`)
