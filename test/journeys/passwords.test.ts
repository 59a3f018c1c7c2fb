import { expect, test } from '@jest/globals'
import { anonymous, codeIn, elsewhere, founder, freshMail, mailTo, member, PASSWORD, refusal, signIn } from './journey.ts'

const NEW_PASSWORD = 'Another-Horse-7-Staple'
const resetCode = async (email: string) => codeIn(await mailTo(email, (mail) => /password/i.test(mail.subject) && codeIn(mail) !== ''))

test('a forgotten password is set anew by a code, which ends every session and works once', async () => {
  const ada = await founder()
  const phone = await elsewhere(ada)
  await anonymous.forgotPassword({ body: { email: ada.email } })
  const code = await resetCode(ada.email)
  expect((await refusal(anonymous.resetPassword({ body: { email: ada.email, code, newPassword: 'weak' } }))).code).toBe('WEAK_PASSWORD')
  await anonymous.resetPassword({ body: { email: ada.email, code, newPassword: NEW_PASSWORD } })
  const refusals = await Promise.all([ada, phone].map(({ api }) => refusal(api.getMe())))
  expect(refusals.map(({ code: name }) => name)).toEqual(['INVALID_SESSION', 'INVALID_SESSION'])
  expect((await refusal(anonymous.resetPassword({ body: { email: ada.email, code, newPassword: PASSWORD } }))).code).toBe('INVALID_CODE')
  expect((await refusal(anonymous.login({ body: { email: ada.email, password: PASSWORD } }))).code).toBe('INVALID_CREDENTIALS')
  await signIn(ada, NEW_PASSWORD)
  expect((await ada.api.getMe()).data.user.id).toBe(ada.userId)
})

test('asking for a new password does not tell whether the address is known', async () => {
  const ada = await founder()
  const nobody = freshMail('nobody')
  const known = await anonymous.forgotPassword({ body: { email: ada.email } })
  const unknown = await anonymous.forgotPassword({ body: { email: nobody } })
  expect([known.status, known.data]).toEqual([202, { email: ada.email }])
  expect([unknown.status, unknown.data]).toEqual([202, { email: nobody }])
})

test('five wrong codes end a code, the right one included', async () => {
  const ada = await founder()
  await anonymous.forgotPassword({ body: { email: ada.email } })
  const code = await resetCode(ada.email)
  const wrong = code === '000000' ? '000001' : '000000'
  for (let n = 0; n < 5; n++)
    expect((await refusal(anonymous.resetPassword({ body: { email: ada.email, code: wrong, newPassword: NEW_PASSWORD } }))).code).toBe(
      'INVALID_CODE',
    )
  expect((await refusal(anonymous.resetPassword({ body: { email: ada.email, code, newPassword: NEW_PASSWORD } }))).code).toBe(
    'INVALID_CODE',
  )
  await signIn(ada)
})

test('an administrator makes somebody choose a new password', async () => {
  const ada = await founder()
  const grace = await member(ada)
  await ada.api.resetUserPassword({ params: { id: grace.userId } })
  await anonymous.resetPassword({ body: { email: grace.email, code: await resetCode(grace.email), newPassword: NEW_PASSWORD } })
  await signIn(grace, NEW_PASSWORD)
  expect((await grace.api.getMe()).data.user.id).toBe(grace.userId)
})

test('a wrong password and an unknown address are answered alike', async () => {
  const ada = await founder()
  const answers = await Promise.all(
    [ada.email, freshMail('nobody')].map((email) => refusal(anonymous.login({ body: { email, password: 'Wrong-Horse-9-Battery' } }))),
  )
  expect(answers.map(({ status, code, message }) => [status, code, message])).toEqual([
    [401, 'INVALID_CREDENTIALS', answers[0]?.message],
    [401, 'INVALID_CREDENTIALS', answers[0]?.message],
  ])
})

test('five failures lock an address, known or not, for the right password too', async () => {
  const ada = await founder()
  for (const email of [ada.email, freshMail('nobody')]) {
    for (let n = 0; n < 5; n++) await refusal(anonymous.login({ body: { email, password: 'Wrong-Horse-9-Battery' } }))
    const refused = await refusal(anonymous.login({ body: { email, password: PASSWORD } }))
    expect([refused.status, refused.code]).toEqual([403, 'ACCOUNT_LOCKED'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  }
})
