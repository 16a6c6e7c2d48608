import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/**
 * Builds the console after `npm ci`, so that `npm start` serves it without another command. What is up to date stays, and
 * an installation without development dependencies builds nothing. Plain JavaScript: any Node may run an installation.
 */
const root = join(import.meta.dirname, '..')
const built = join(root, 'web/dist/index.html')

if (canBuild() && isStale())
  execFileSync('npm', ['run', 'build', '--workspace', 'web'], { cwd: root, stdio: 'inherit' })

function canBuild() {
  try {
    createRequire(join(root, 'web/package.json')).resolve('vite')
    return existsSync(join(root, 'web/index.html'))
  } catch {
    return false
  }
}

function isStale() {
  if (!existsSync(built)) return true
  const builtAt = statSync(built).mtimeMs
  const web = join(root, 'web')
  const beside = readdirSync(web).filter((name) => /\.(ts|html|json)$/.test(name))
  const sources = readdirSync(join(web, 'src'), { recursive: true }).map((name) => join('src', name))
  return [...beside, ...sources, '../package-lock.json'].some((file) => statSync(join(web, file)).mtimeMs > builtAt)
}
