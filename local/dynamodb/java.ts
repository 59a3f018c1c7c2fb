import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const neededMajor = 17
const installLines: Record<string, string> = {
  linux:
    'sudo apt-get install openjdk-17-jre-headless   (Debian, Ubuntu)\n  sudo dnf install java-17-openjdk-headless       (Fedora, RHEL)',
  darwin: 'brew install openjdk@17 && export JAVA_HOME="$(brew --prefix openjdk@17)"',
  win32: 'winget install EclipseAdoptium.Temurin.17.JRE',
}

/** The Java program to run, from JAVA_HOME or the path. Throws, with the line that installs it, when there is none of version 17 or later. */
export async function findJava(env: NodeJS.ProcessEnv = process.env, platform: string = process.platform): Promise<string> {
  const java = env.JAVA_HOME ? join(env.JAVA_HOME, 'bin', 'java') : 'java'
  const found = await majorVersion(java, env)
  if (found !== undefined && found >= neededMajor) return java
  const what = found === undefined ? `no Java runtime was found (tried ${java})` : `${java} is version ${found}`
  throw new Error(
    `The table needs Java ${neededMajor} or later to run, but ${what}. Install it with:\n  ${installLines[platform] ?? installLines.linux}`,
  )
}

async function majorVersion(java: string, env: NodeJS.ProcessEnv): Promise<number | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(java, ['-version'], { env })
    const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(stderr + stdout) ?? []
    // Java 8 and older call themselves 1.8.
    return first === undefined ? undefined : Number(first === '1' ? second : first)
  } catch {
    return undefined
  }
}
