const POLL_MILLISECONDS = 1500

const at = (id) => document.getElementById(id)
const list = at('list')
const state = { mails: [], etag: '', shown: undefined, view: undefined }

/** An element with text; text never becomes markup anywhere on this page. */
function element(name, text, attributes = {}) {
  const node = document.createElement(name)
  node.textContent = text
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value)
  return node
}

async function refresh() {
  try {
    const response = await fetch('/messages', { headers: { 'if-none-match': state.etag }, cache: 'no-store' })
    at('offline').hidden = true
    if (response.status !== 200) return
    state.etag = response.headers.get('etag') ?? ''
    state.mails = await response.json()
    render()
  } catch {
    at('offline').hidden = false
  }
}

function found() {
  const words = at('search').value.toLowerCase().split(/\s+/).filter(Boolean)
  return state.mails.filter(({ to, from, subject, text }) => {
    const content = `${to} ${from} ${subject} ${text}`.toLowerCase()
    return words.every((word) => content.includes(word))
  })
}

function render() {
  const mails = found()
  const chosen = state.mails.find(({ id }) => id === location.hash.slice(1))
  const focused = list.contains(document.activeElement) ? document.activeElement.hash : undefined
  list.replaceChildren(...mails.map((mail) => row(mail, mail === chosen)))
  if (focused) list.querySelector(`a[href="${focused}"]`)?.focus()
  at('count').textContent = state.mails.length === 0 ? '' : String(state.mails.length)
  at('clear').disabled = state.mails.length === 0
  document.title = `${state.mails.length === 0 ? '' : `(${state.mails.length}) `}Inbox · Tessera`
  const main = document.querySelector('main')
  main.classList.toggle('empty', mails.length === 0 && !chosen)
  main.classList.toggle('reading', Boolean(chosen))
  at('mail').hidden = !chosen
  at('nothing').hidden = Boolean(chosen)
  if (chosen) show(chosen)
  else explain(mails.length)
}

function explain(count) {
  state.shown = undefined
  const [title, text] =
    state.mails.length === 0
      ? [
          'No mail yet',
          'Every mail the local stack sends arrives here instead of leaving this machine: register an organization or invite a user, and it appears by itself.',
        ]
      : count === 0
        ? ['Nothing found', 'No mail has all of these words in its addresses, subject or text.']
        : ['Choose a mail', 'New ones appear at the top of the list by themselves.']
  at('nothing-title').textContent = title
  at('nothing-text').textContent = text
}

function row(mail, current) {
  const link = element('a', '', { href: `#${mail.id}`, ...(current ? { 'aria-current': 'true' } : {}) })
  link.append(
    element('span', mail.to, { class: 'to' }),
    element('time', shortDate(mail.date), { datetime: mail.date }),
    element('span', mail.subject || '(no subject)', { class: 'subject' }),
    element('span', mail.text.slice(0, 160), { class: 'extract' }),
  )
  return link
}

function shortDate(date) {
  const day = new Date(date)
  const today = day.toDateString() === new Date().toDateString()
  return today
    ? day.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
    : day.toLocaleDateString([], { day: 'numeric', month: 'short' })
}

function show(mail) {
  if (state.shown === mail.id) return
  state.shown = mail.id
  at('subject').textContent = mail.subject || '(no subject)'
  const facts = {
    From: mail.from,
    To: mail.to,
    Cc: mail.cc,
    Bcc: mail.bcc,
    'Reply to': mail.replyTo,
    Date: new Date(mail.date).toLocaleString(),
  }
  const known = Object.entries(facts).filter(([, value]) => value)
  at('facts').replaceChildren(...known.flatMap(([name, value]) => [element('dt', name), element('dd', value)]))
  // Replaced rather than navigated to, so that the frame leaves no steps of its own for the Back button.
  const address = mail.html === '' ? 'about:blank' : `${location.origin}/messages/${encodeURIComponent(mail.id)}/html`
  at('html').contentWindow.location.replace(address)
  at('text').replaceChildren(...linked(mail.text))
  at('tab-html').disabled = mail.html === ''
  at('tab-text').disabled = mail.text === ''
  offerCode(/(?<!\d)\d{6}(?!\d)/.exec(mail.text)?.[0])
  view(mail.html === '' || (state.view === 'text' && mail.text !== '') ? 'text' : 'html')
}

/** Text with its web addresses as links. */
function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part, index) => {
    return index % 2 === 0
      ? document.createTextNode(part)
      : element('a', part, { href: part, target: '_blank', rel: 'noopener noreferrer' })
  })
}

function offerCode(code) {
  const button = at('code')
  button.hidden = code === undefined
  button.textContent = `Copy ${code}`
  button.onclick = async () => {
    await navigator.clipboard.writeText(code)
    button.textContent = 'Copied'
  }
}

function view(name) {
  for (const each of ['html', 'text']) {
    at(each).hidden = each !== name
    at(`tab-${each}`).setAttribute('aria-selected', String(each === name))
  }
}

for (const name of ['html', 'text']) {
  at(`tab-${name}`).addEventListener('click', () => {
    state.view = name
    view(name)
  })
}
at('search').addEventListener('input', render)
at('clear').addEventListener('click', () => at('confirm').showModal())
at('keep').addEventListener('click', () => at('confirm').close())
at('delete').addEventListener('click', async () => {
  at('confirm').close()
  await fetch('/messages', { method: 'DELETE' })
  history.replaceState(null, '', location.pathname)
  await refresh()
})
addEventListener('hashchange', render)

async function poll() {
  if (!document.hidden || state.etag === '') await refresh()
  setTimeout(poll, POLL_MILLISECONDS)
}
render()
poll()
