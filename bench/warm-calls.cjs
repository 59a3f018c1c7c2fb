// A warm function, in a process of its own. Arguments: the bundle, the event as JSON, whoever stands in it as the caller. Each message says how
// many calls to make, one after the other; the answer is the processor time they took, in microseconds. Every call is another caller's, so that
// nobody's calls have to be counted in the table.
const [, , bundle, event, caller] = process.argv
const { handler } = require(bundle)
const context = { awsRequestId: 'bench', functionName: 'bench', getRemainingTimeInMillis: () => 29_000 }

let made = 0
const nextEvent = () => JSON.parse(event.replaceAll(caller, caller.slice(0, -6) + String(++made).padStart(6, '0')))

process.on('message', async (calls) => {
  const events = Array.from({ length: calls }, nextEvent)
  const before = process.cpuUsage()
  for (const each of events) {
    const { statusCode } = await handler(each, context)
    if (statusCode >= 300) throw new Error(`Answered with ${statusCode}.`)
  }
  const { user, system } = process.cpuUsage(before)
  process.send(user + system)
})
