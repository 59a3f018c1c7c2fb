// One start as Lambda makes it, in a process of its own: load the bundle, answer one event, end.
// Arguments: the bundle, the event as JSON. Prints the answer's status and the
// processor time that the process took, in ms.
const [, , bundle, event] = process.argv
const context = { awsRequestId: 'bench', functionName: 'bench', getRemainingTimeInMillis: () => 29_000 }
require(bundle)
  .handler(JSON.parse(event), context)
  .then(({ statusCode }) => {
    const { user, system } = process.cpuUsage()
    process.stdout.write(`\n${statusCode} ${(user + system) / 1_000}`, () => process.exit(0))
  })
