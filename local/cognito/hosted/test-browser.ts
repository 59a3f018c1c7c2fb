/** For tests: a browser of the least kind, with cookies and one form at a time. */

export interface Page {
  status: number
  location: string | undefined
  headers: Headers
  text: string
}

export interface Browser {
  cookies: Map<string, string>
  /** One request; redirects are not followed. */
  get(address: string): Promise<Page>
  /** Follows redirects as long as they stay here. */
  follow(address: string): Promise<Page>
  /** Sends the form of a page with its hidden fields, some fields filled in. */
  submit(page: Page, fields: Record<string, string>, headers?: Record<string, string>): Promise<Page>
}

export function openBrowser(origin: string): Browser {
  const cookies = new Map<string, string>()
  const load = async (address: string, init: RequestInit = {}): Promise<Page> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(new URL(address, origin), { ...init, redirect: 'manual', headers: { ...init.headers, cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value) cookies.set(name, value)
      else cookies.delete(name)
    }
    return {
      status: response.status,
      location: response.headers.get('location') ?? undefined,
      headers: response.headers,
      text: await response.text(),
    }
  }
  return {
    cookies,
    get: load,
    follow: async (address) => {
      let page = await load(address)
      while (page.location?.startsWith('/')) page = await load(page.location)
      return page
    },
    submit: (page, fields, headers = {}) => {
      const action = plain(/<form method="post" action="([^"]*)"/.exec(page.text)?.[1] ?? '')
      const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)]
      const form = { ...Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, plain(value)])), ...fields }
      return load(action, { method: 'POST', body: new URLSearchParams(form), headers })
    },
  }
}

const plain = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
