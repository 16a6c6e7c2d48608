import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { test } from 'node:test'
import { Skein, temporaryFolder } from './skein.ts'

const root = join(import.meta.dirname, '..')

test('the package can be packed, installed elsewhere and run, without its sources', async () => {
  const folder = temporaryFolder()
  // What packing does first, but for the console, which is there and takes ten times as long.
  await run(process.execPath, ['tools/build.ts'], root)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  takeDependencies(folder)
  // Packs it too. What a dependency needs and is not there would have to be fetched, and that is forbidden.
  const options = ['--offline', '--install-links', '--ignore-scripts', '--no-audit', '--no-fund', '--omit=dev']
  assert.match(await run('npm', ['install', ...options, root], folder), /added 1 package\b/)

  const installed = join(folder, 'node_modules', 'skein')
  for (const kept of ['dist/server/main.js', 'LICENSE', 'CHANGELOG.md', 'README.md', 'docs/operating.md']) {
    assert.ok(existsSync(join(installed, kept)), kept)
  }
  for (const left of ['src', 'test', 'tools', 'bench', 'dist/complete'])
    assert.ok(!existsSync(join(installed, left)), left)
  assert.equal(await skein(['--version'], folder), `${version}\n`)
  assert.match(await skein(['--help'], folder), /Usage: skein[\s\S]*serve/)

  const server = await Skein.start(folder, {}, join(installed, 'bin', 'skein.js'))
  assert.equal((await server.ask('GET', '/healthz', undefined, { as: null })).status, 200)
  assert.equal((await fetch(`${server.url}/console/errors/530900`)).status, 200)
  assert.equal((await server.ask('POST', '/skein/v1/Keys', {})).status, 201)
  assert.equal(await server.stop(), 0)
  assert.doesNotMatch(server.output, /"level":[456]0/)
})

/**
 * Puts what this repository has installed for more than development where npm finds it: to fetch and unpack the same
 * ten thousand files again would take npm ten times as long as all the rest.
 */
function takeDependencies(folder: string): void {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock
  for (const [path, { dev, optional, link }] of Object.entries(packages)) {
    if (path.startsWith('node_modules/') && !(dev || optional || link)) takeFolder(join(root, path), join(folder, path))
  }
  const programs = join('node_modules', '.bin')
  cpSync(join(root, programs), join(folder, programs), { recursive: true, verbatimSymlinks: true })
}

interface Lock {
  packages: Record<string, { dev?: true; optional?: true; link?: true }>
}

/** Without the packages in it, each of which is in the lock file by itself. */
function takeFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (!entry.isDirectory()) takeFile(source, target)
    else if (entry.name !== 'node_modules') takeFolder(source, target)
  }
}

/** By another name of the same file, unless that would be on another disk. */
function takeFile(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    copyFileSync(from, to)
  }
}

/** Runs the program by the command that npm made for it. */
function skein(args: string[], folder: string): Promise<string> {
  return run(join(folder, 'node_modules', '.bin', 'skein'), args, folder)
}

/** Answers what the command printed. What the npm that runs the tests has set must not lead it back here. */
async function run(command: string, args: string[], folder: string): Promise<string> {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) && name !== 'INIT_CWD')
  const PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`
  const env = { ...Object.fromEntries(own), PATH }
  const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const [code] = await once(child, 'close')
  assert.equal(code, 0, `${command} ${args.join(' ')}:\n${output}${errors}`)
  return output
}
